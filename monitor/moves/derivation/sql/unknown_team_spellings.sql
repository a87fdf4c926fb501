-- One row is a team spelling at a unit that was not met before. Reads names, stated_positions and teams. Exists because Python resolves new spellings
-- before anything is derived from them.
SELECT DISTINCT names.unit, stated_positions.team
FROM stated_positions JOIN names USING (organization, external)
WHERE stated_positions.team IS NOT NULL AND (names.unit, stated_positions.team) NOT IN (SELECT (unit, written) FROM teams)
ORDER BY ALL;

-- unknown_team_spellings.sql, one row per team spelling at a unit that was not met before.
SELECT DISTINCT names.unit, stated_positions.team
FROM stated_positions JOIN names USING (organization, external)
WHERE stated_positions.team IS NOT NULL AND (names.unit, stated_positions.team) NOT IN (SELECT (unit, written) FROM teams)
ORDER BY ALL;

-- unmet_teams.sql, one row per team spelling at a unit that was not met before.
SELECT DISTINCT names.unit, written.team
FROM written JOIN names USING (organization, external)
WHERE written.team IS NOT NULL AND (names.unit, written.team) NOT IN (SELECT (unit, written) FROM teams)
ORDER BY ALL;

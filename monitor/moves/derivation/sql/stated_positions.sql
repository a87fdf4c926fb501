-- One row is a position of employment that a changed profile states, as written; the last part returns the names that were not met before. Reads
-- listed_positions and names. Exists because Python resolves new names before anything is derived from them.
-- Kinds and dates are read once for each way of writing them, of which there are few.
CREATE OR REPLACE TEMP TABLE employment_kinds AS
SELECT kind, title, is_employment(kind, words, CAST($side_roles AS VARCHAR[])) AS employment
FROM (SELECT kind, title, title_words(title) AS words FROM (SELECT DISTINCT kind, title FROM listed_positions));
CREATE OR REPLACE TEMP TABLE written_dates AS
SELECT written, earliest_day(written) AS earliest, latest_day(written) AS latest
FROM (SELECT DISTINCT start_written AS written FROM listed_positions UNION SELECT DISTINCT end_written FROM listed_positions)
WHERE written IS NOT NULL;

CREATE OR REPLACE TEMP TABLE stated_positions AS
SELECT profile, ordinal, organization, coalesce(organization_id, '') AS external, team, listed_positions.title, location, id,
       start_written, end_written, current, organization_key,
       starts.earliest AS s1, starts.latest AS s2, ends.earliest AS e1, ends.latest AS e2
FROM listed_positions
JOIN employment_kinds ON employment_kinds.kind IS NOT DISTINCT FROM listed_positions.kind AND employment_kinds.title IS NOT DISTINCT FROM listed_positions.title
LEFT JOIN written_dates AS starts ON starts.written = start_written
LEFT JOIN written_dates AS ends ON ends.written = end_written AND states_an_end(end_written)
WHERE employment_kinds.employment AND organization IS NOT NULL;

SELECT DISTINCT organization, external FROM stated_positions
ANTI JOIN names USING (organization, external)
ORDER BY ALL;

-- written.sql, one row per employment position that an affected profile states, as written; then the names not met before.
CREATE OR REPLACE TEMP TABLE listed AS
SELECT profile, ordinal, organization, organization_id, team, title, location, kind, id,
       "start" AS start_written, "end" AS end_written, current
FROM read_parquet($positions)
WHERE profile IN (SELECT profile FROM affected);

-- Kinds and dates are read once for each way of writing them, of which there are few.
CREATE OR REPLACE TEMP TABLE callings AS
SELECT kind, title, is_employment(kind, title) AS employment FROM (SELECT DISTINCT kind, title FROM listed);
CREATE OR REPLACE TEMP TABLE days AS
SELECT written, earliest_day(written) AS earliest, latest_day(written) AS latest
FROM (SELECT DISTINCT start_written AS written FROM listed UNION SELECT DISTINCT end_written FROM listed)
WHERE written IS NOT NULL;

CREATE OR REPLACE TEMP TABLE written AS
SELECT profile, ordinal, organization, coalesce(organization_id, '') AS external, team, listed.title, location, id,
       start_written, end_written, current,
       starts.earliest AS s1, starts.latest AS s2, ends.earliest AS e1, ends.latest AS e2
FROM listed
JOIN callings ON callings.kind IS NOT DISTINCT FROM listed.kind AND callings.title IS NOT DISTINCT FROM listed.title
LEFT JOIN days AS starts ON starts.written = start_written
LEFT JOIN days AS ends ON ends.written = end_written
WHERE callings.employment;

SELECT DISTINCT organization, external FROM written
ANTI JOIN names USING (organization, external)
ORDER BY ALL;

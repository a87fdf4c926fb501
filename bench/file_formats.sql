-- file_formats.sql, one row per position of a list of staff: four to a person, the newest of which goes on.
CREATE TEMP TABLE positions AS
WITH numbers AS (SELECT range AS i FROM range($positions))

SELECT
    'p' || (i // 4) AS id,
    ['Ada', 'Grace', 'Edsger', 'Łukasz', 'Barbara', 'Alan'][1 + i // 4 % 6] || ' Example ' || (i // 4) AS name,
    'Northwind ' || hash(i) % 5000 AS organization,
    ['Research', 'Platform', 'Security', 'Sales', 'Design'][1 + CAST(hash(i, 't') % 5 AS BIGINT)] AS team,
    ['Scientist', 'Engineer', 'Head of Research', 'Designer', 'Clerk'][1 + CAST(hash(i, 'w') % 5 AS BIGINT)] AS title,
    DATE '2008-01-01' + CAST(1000 * (i % 4) + hash(i, 's') % 900 AS INTEGER) AS start,
    CASE WHEN i % 4 < 3 THEN DATE '2008-01-01' + CAST(1000 * (i % 4) + 950 AS INTEGER) END AS "end"
FROM numbers
ORDER BY i;

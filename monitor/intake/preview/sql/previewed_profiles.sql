-- One row is a position of one of $most profiles that lie evenly over a file, or none of one that has none. Reads $profiles and $positions. Exists
-- because whoever maps columns sees by some people whether they are right.
WITH numbered AS (
    SELECT id, name, line, row_number() OVER (ORDER BY line) - 1 AS number, count(*) OVER () AS total FROM read_parquet($profiles)
), chosen AS (
    SELECT id, name, line FROM numbered WHERE number % CAST(ceil(total / $most) AS BIGINT) = 0
)
SELECT chosen.line, chosen.id, chosen.name, positions.ordinal, organization, team, title, start, "end", current
FROM chosen LEFT JOIN read_parquet($positions) AS positions ON positions.profile = chosen.id
ORDER BY chosen.line, positions.ordinal;

-- One row is a unit with its most frequent spelling, the first in the alphabet of several, and a hash of both. Reads sides. Exists because the read
-- model has them.
WITH written AS (
    SELECT unit, name, count(*) AS sides FROM sides WHERE unit IS NOT NULL GROUP BY ALL
), frequent AS (
    SELECT unit, arg_min(name, {'few': -sides, 'name': name}) AS name FROM written GROUP BY unit
)
SELECT CAST(hash(frequent) >> 1 AS BIGINT) AS digest, frequent.* FROM frequent;

-- One row is an organisation of $units, or any if none are given, with its most frequent spelling, the first in the alphabet of several. Reads sides. Exists because commands show
-- a name for an id.
WITH written AS (
    SELECT unit, name, count(*) AS sides FROM sides
    WHERE unit IS NOT NULL AND ($units IS NULL OR list_contains(CAST($units AS VARCHAR[]), unit)) GROUP BY ALL
)
SELECT unit, arg_min(name, {'few': -sides, 'name': name}) AS name FROM written GROUP BY unit;

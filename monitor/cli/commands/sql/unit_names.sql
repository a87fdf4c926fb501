-- One row is an organisation of $units with its most frequent spelling, the first in the alphabet of several. Reads sides. Exists because commands show
-- a name for an id.
WITH written AS (
    SELECT unit, name, count(*) AS sides FROM sides
    WHERE list_contains(CAST($units AS VARCHAR[]), unit) GROUP BY ALL
)
SELECT unit, arg_min(name, {'few': -sides, 'name': name}) AS name FROM written GROUP BY unit;

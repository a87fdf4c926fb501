-- unit_names.sql, one row per organisation of $units with the spelling of most ways of being there (the first in the alphabet of several).
WITH written AS (
    SELECT unit, name, count(*) AS sides FROM sides
    WHERE list_contains(CAST($units AS VARCHAR[]), unit) GROUP BY ALL
)
SELECT unit, arg_min(name, {'few': -sides, 'name': name}) AS name FROM written GROUP BY unit;

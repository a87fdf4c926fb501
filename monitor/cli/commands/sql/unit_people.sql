-- One row is an organisation as profiles write it, with its distinct people so far and its most frequent spelling, largest first. Reads clusters, sides
-- and tenures. Exists because `organizations unresolved` and the suggestions begin with the largest.
WITH presences AS (
    SELECT tenures.source, tenures.profile, unnest([entered, latest]) AS side
    FROM tenures WHERE known_until IS NULL AND NOT pseudo
), people AS (
    SELECT sides.unit, sides.name, coalesce(clusters.person, presences.source || ':' || presences.profile) AS person
    FROM presences JOIN sides USING (side)
    LEFT JOIN clusters ON clusters.source = presences.source AND clusters.profile = presences.profile AND clusters.known_until IS NULL
), spellings AS (
    SELECT unit, name, count(DISTINCT person) AS people FROM people GROUP BY ALL
)
SELECT unit, arg_max(name, {'people': people, 'name': name}) AS name,
       (SELECT count(DISTINCT person) FROM people WHERE people.unit = spellings.unit) AS people,
       list_sort(list(name))[1:5] AS spellings
FROM spellings GROUP BY unit
ORDER BY people DESC, unit;

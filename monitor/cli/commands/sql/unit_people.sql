-- unit_people.sql, one row per organisation as profiles write it, with its distinct people so far and its most common spelling, the most first.
WITH stays AS (
    SELECT tenures.source, tenures.profile, unnest([entered, latest]) AS side
    FROM tenures WHERE known_until IS NULL AND NOT pseudo
), people AS (
    SELECT sides.unit, sides.name, coalesce(persons.person, stays.source || ':' || stays.profile) AS person
    FROM stays JOIN sides USING (side)
    LEFT JOIN persons ON persons.source = stays.source AND persons.profile = stays.profile AND persons.known_until IS NULL
), spellings AS (
    SELECT unit, name, count(DISTINCT person) AS people FROM people GROUP BY ALL
)
SELECT unit, arg_max(name, {'people': people, 'name': name}) AS name,
       (SELECT count(DISTINCT person) FROM people WHERE people.unit = spellings.unit) AS people,
       list_sort(list(name))[1:5] AS spellings
FROM spellings GROUP BY unit
ORDER BY people DESC, unit;

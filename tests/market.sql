-- market.sql, one row per profile as the source shows it on day $day, counted from $first: two dated
-- positions each; one profile of a hundred moves between the days, some of them from one organization to one.
COPY (
    WITH people AS (
        SELECT i, hash(i) % $organizations AS at_first, hash(i, 'then') % $organizations AS then_at,
               -300 - CAST(hash(i, 'turn') % 1500 AS INTEGER) AS turn, i % 100 = 7 AS moves, i % 10_000 = 7 AS raided
        FROM range($profiles) AS people (i)
    ), positions AS (
        SELECT i, unnest([
            {'at': at_first, 'since': turn - 700, 'till': turn},
            {'at': CASE WHEN raided THEN i // 100_000 ELSE then_at END, 'since': turn,
             'till': CASE WHEN moves AND $day > 0 THEN 1 END},
            CASE WHEN moves AND $day > 0
                 THEN {'at': CASE WHEN raided THEN i // 100_000 + 1 ELSE hash(i, 'to') % $organizations END,
                       'since': 1, 'till': NULL} END
        ]) AS stay
        FROM people
    )
    SELECT 'person-' || i AS id, 'Person ' || i AS name, 'https://people.example/in/' || i AS url,
           list({'organization': 'Northwind ' || stay.at, 'title': 'Engineer',
                 'start': strftime($first + stay.since, '%Y-%m-%d'),
                 'end': strftime($first + stay.till, '%Y-%m-%d')} ORDER BY stay.since) AS positions
    FROM positions WHERE stay IS NOT NULL GROUP BY i ORDER BY i
) TO '{path}' (FORMAT parquet);

-- profiles.sql, one JSON line per profile as the source shows it on day $day, counted from $first.
COPY (
    WITH people AS (
        -- changes: how often the profile changed up to the day; moves: in which of these it moved.
        SELECT i, [100 * j - i % 100 FOR j IN range(1, (i % 100 + $day) // 100 + 1)] AS changes,
               [day FOR day IN changes IF draw(hash(i, day), 10) < 3] AS moves
        FROM range($profiles) AS people (i)
    ), careers AS (
        -- starts: days since the first day; the last of the first three lies within the year before.
        SELECT *, [-4000 - draw(hash(i, 'a'), 1500), -500 - draw(hash(i, 'b'), 3000),
                   -1 - draw(hash(i, 'c'), 333)] || moves AS starts,
               len(changes) - len(moves) AS edits
        FROM people
    )
    SELECT 'person-' || i AS id,
           ['Ada', 'Grace', 'Edsger', '李', 'Łukasz', 'مريم', 'Barbara', 'Alan'][1 + draw(hash(i, 'f'), 8)]
             || ' ' || ['Byron', 'Hopper', 'Dijkstra', '雷', 'Kaiser', 'Liskov', 'Turing'][1 + draw(hash(i, 'l'), 7)]
             || ' ' || i AS name,
           'https://people.example/in/person-' || i AS url,
           list_reverse([{
             'organization': 'Northwind ' || draw(hash(i, k, 'o'), $organizations),
             'team': CASE WHEN draw(hash(i, k, 't'), 10) < 4
                     THEN ['Research', 'Platform', 'Security', 'Sales', 'Design'][1 + draw(hash(i, k, 'u'), 5)] END,
             'title': ['Research Scientist', 'Software Engineer', 'Head of Research', 'Product Manager',
                       'Designer', 'Staff Engineer', 'Data Scientist', 'Account Executive']
                      [1 + draw(hash(i, k, 'w') + CASE WHEN k = len(starts) THEN edits ELSE 0 END, 8)],
             'location': ['Zurich', 'London', 'Berlin', 'San Francisco', 'New York', 'Lagos'][1 + draw(hash(i, k, 'p'), 6)],
             'start': left(strftime($first + CAST(starts[k] AS INTEGER), '%Y-%m-%d'),
                           [4, 7, 7, 10][1 + draw(hash(i, k, 's'), 4)]),
             'end': CASE WHEN k < len(starts) THEN strftime($first + CAST(starts[k + 1] AS INTEGER), '%Y-%m') END,
             'current': k = len(starts)
           } FOR k IN range(1, len(starts) + 1)]) AS positions
    FROM careers ORDER BY i
) TO '{path}' (FORMAT json);

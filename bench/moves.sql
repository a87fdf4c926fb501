-- moves.sql, fills the product's derived tables: one row per move from one of $origins organisations to one of $destinations.
INSERT INTO sides
SELECT hash(o, t), 'northwind ' || o, 'Northwind ' || o, NULL, NULL,
       ['Research Scientist', 'Software Engineer', 'Head of Research'][1 + t], 'Zurich'
FROM range($origins) AS organizations (o), range(3) AS titles (t);
INSERT INTO moves
WITH drawn AS (
    -- A third of the people moves twice; half of the moves are dated to the month.
    SELECT i, 'bench:person-' || i % (1 + $moves * 3 // 4) AS person,
           hash(i, 'f') % $origins AS origin, hash(i, 't') % $destinations AS target,
           DATE '2015-01-01' + CAST(hash(i, 'd') % $span AS INTEGER) AS moved_on, hash(i, 'm') % 2 = 0 AS exact
    FROM range($moves) AS moves (i)
), dated AS (
    SELECT *, CASE WHEN exact THEN moved_on ELSE date_trunc('month', moved_on)::DATE END AS earliest,
           CASE WHEN exact THEN moved_on ELSE last_day(moved_on) END AS latest
    FROM drawn
)
SELECT i + 1, 'move-' || i, 'bench', person[7:], person, 'Person ' || person[14:], NULL,
       'northwind ' || origin, hash(origin, CAST(i % 3 AS BIGINT)), 'northwind ' || target,
       hash(CAST(target AS BIGINT), CAST(i % 3 AS BIGINT)),
       earliest, latest, earliest, latest, NULL, $known_on, true, 'counted', NULL, 1, NULL, $known_on, NULL
FROM dated ORDER BY i;

-- daily_moves.sql, fills the product's derived tables: one row per move between two of $organizations organisations, some seen in each of the weeks of $days days.
INSERT INTO facts VALUES ('grounds', 'bench');
INSERT INTO judged (source, observed_on, fingerprint, verdict) SELECT 'bench', $began + 7 * CAST(weeks.week AS INTEGER), 'f', 'accepted' FROM range(1 + $days // 7) AS weeks (week);
INSERT INTO sides
SELECT o, 'northwind ' || o, 'Northwind ' || o, NULL, NULL, 'Research Scientist', 'Zurich' FROM range($organizations) AS organizations (o);
INSERT INTO moves
WITH drawn AS (
    -- Half of the moves go between a tenth of the organisations.
    SELECT i, hash(i, 'f') % (CASE WHEN i % 2 = 0 THEN $organizations ELSE $organizations // 6 END) AS origin,
           hash(i, 't') % (CASE WHEN i % 2 = 0 THEN $organizations ELSE $organizations // 6 END) AS target,
           $began + CAST(hash(i, 'd') % $days AS INTEGER) AS moved_on,
           $began + 7 * (1 + CAST(hash(i, 'd') % $days AS INTEGER) // 7) AS seen_on
    FROM range($moves) AS moves (i)
)
SELECT i + 1, 'move-' || i, 'bench', 'person-' || i, 'bench:person-' || i, 'Person ' || i, 'https://example.org/people/person-' || i,
       'northwind ' || origin, origin, 'northwind ' || target, target,
       moved_on, moved_on, moved_on, moved_on, seen_on - 7, seen_on, false, 'counted', NULL, 1, NULL, seen_on, NULL
FROM drawn WHERE origin <> target ORDER BY i;

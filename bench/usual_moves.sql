-- usual_moves.sql, fills the product's derived tables: one row per move between two of $organizations organisations within four years, seen in weekly
-- looks up to half a year late. Half of the moves go between a sixth of the organisations, a quarter to one of twenty neighbours of the origin.
INSERT INTO facts VALUES ('grounds', 'bench');
INSERT INTO judged (source, observed_on, fingerprint, verdict) SELECT 'bench', $began + 7 * CAST(weeks.week AS INTEGER), 'f', 'accepted' FROM range(1 + $days // 7) AS weeks (week);
INSERT INTO sides
SELECT o, 'northwind ' || o, 'Northwind ' || o, NULL, NULL, 'Research Scientist', 'Zurich' FROM range($organizations) AS organizations (o);
INSERT INTO moves
WITH drawn AS (
    SELECT i, hash(i, 'f') % (CASE WHEN i % 2 = 0 THEN $organizations ELSE $organizations // 6 END) AS origin,
           hash(i, 't') % (CASE WHEN i % 4 = 0 THEN 20 WHEN i % 2 = 0 THEN $organizations ELSE $organizations // 6 END) AS drawn_target,
           $began + CAST(hash(i, 'd') % $days AS INTEGER) AS moved_on, CAST(hash(i, 'l') % 180 AS INTEGER) AS late
    FROM range($moves) AS moves (i)
), seen AS (
    SELECT * EXCLUDE (drawn_target), CASE WHEN i % 4 = 0 THEN (origin + 1 + drawn_target) % $organizations ELSE drawn_target END AS target, $began + CAST(7 * ceil((moved_on - $began + 1 + late) / 7) AS INTEGER) AS seen_on FROM drawn
)
SELECT i + 1, 'move-' || i, 'bench', 'person-' || i, 'bench:person-' || i, 'Person ' || i, 'https://example.org/people/person-' || i,
       'northwind ' || origin, origin, 'northwind ' || target, target,
       moved_on, moved_on, moved_on, moved_on, seen_on - 7, seen_on, false, 'counted', NULL, 1, NULL, seen_on, NULL
FROM seen WHERE origin <> target AND seen_on <= $began + $days ORDER BY i;

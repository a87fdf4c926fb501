-- reached_edges.sql, one row per link between those reached, in order.
SELECT one, other, kind, known_from, known_until FROM edges WHERE one IN (SELECT key FROM reached_keys) ORDER BY ALL;

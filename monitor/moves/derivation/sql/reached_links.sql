-- reached_links.sql, one row per link between those reached, in order.
SELECT one, other, kind, known_from, known_until FROM links WHERE one IN (SELECT key FROM reached) ORDER BY ALL;

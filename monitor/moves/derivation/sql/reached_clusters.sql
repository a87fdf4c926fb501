-- reached_clusters.sql, one row per profile among those reached that was believed one person with others just before $since.
SELECT source || ':' || profile AS key, person, reason FROM clusters
WHERE known_until IS NULL AND source || ':' || profile IN (SELECT key FROM reached_keys) ORDER BY key;

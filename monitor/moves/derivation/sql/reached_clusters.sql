-- One row is a profile among those reached that was believed one person with others just before $since. Reads clusters and reached_keys. Exists
-- because only what differs from it is stored.
SELECT source || ':' || profile AS key, person, reason FROM clusters
WHERE known_until IS NULL AND source || ':' || profile IN (SELECT key FROM reached_keys) ORDER BY key;

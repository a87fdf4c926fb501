-- further_reached_keys.sql, adds what the links of those reached lead to; returns how many were added.
CREATE OR REPLACE TEMP TABLE further_keys AS
SELECT DISTINCT key FROM (
    SELECT other AS key FROM edges WHERE one IN (SELECT key FROM reached_keys)
    UNION ALL SELECT one FROM edges WHERE other IN (SELECT key FROM reached_keys))
WHERE key NOT IN (SELECT key FROM reached_keys);
INSERT INTO reached_keys SELECT key FROM further_keys;
SELECT count(*) FROM further_keys;

-- One row is how many keys that were not reached the links of those reached lead to; they are added to `reached_keys`. Reads edges and reached_keys. Exists because it is
-- repeated until none is added, so that every person that a change touches is whole.
CREATE OR REPLACE TEMP TABLE further_keys AS
SELECT DISTINCT key FROM (
    SELECT other AS key FROM edges WHERE one IN (SELECT key FROM reached_keys)
    UNION ALL SELECT one FROM edges WHERE other IN (SELECT key FROM reached_keys))
WHERE key NOT IN (SELECT key FROM reached_keys);
INSERT INTO reached_keys SELECT key FROM further_keys;
SELECT count(*) FROM further_keys;

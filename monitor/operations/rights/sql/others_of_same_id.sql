-- One row is a profile that is none of $keys, and whose id is one of them as a whole, or the id of one at another source. Reads sightings. Exists because
-- texts name both alike, and only one of them goes.
SELECT DISTINCT source || ':' || profile AS key FROM sightings
WHERE profile IN (SELECT unnest(CAST($ids AS VARCHAR[]))) AND key NOT IN (SELECT unnest(CAST($keys AS VARCHAR[]))) ORDER BY key;

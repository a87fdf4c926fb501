-- One row is a profile among those reached, with the day of its first sight. Reads reached_keys and sightings. Exists because a person has the id of
-- the profile that was seen first.
SELECT source || ':' || profile AS key, min(seen_from) AS since FROM sightings
WHERE source || ':' || profile IN (SELECT key FROM reached_keys) GROUP BY key ORDER BY key;

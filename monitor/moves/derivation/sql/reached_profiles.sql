-- One row is a profile among those reached: the day of its first sight, and the person that it was believed to be just before the moves are settled
-- again, with the reason, if it was one with others. Reads clusters, reached_keys and sightings. Exists because a person has the id of the profile that
-- was seen first, and only what differs from what was believed is stored.
WITH seen AS (
    SELECT source || ':' || profile AS key, min(seen_from) AS since FROM sightings
    WHERE source || ':' || profile IN (SELECT key FROM reached_keys) GROUP BY key
), believed AS (
    SELECT source || ':' || profile AS key, person, reason FROM clusters
    WHERE known_until IS NULL AND source || ':' || profile IN (SELECT key FROM reached_keys)
)
SELECT key, since, person, reason FROM seen FULL JOIN believed USING (key) ORDER BY key;

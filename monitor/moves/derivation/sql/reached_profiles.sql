-- reached_profiles.sql, one row per profile among those reached, with the day of its first sight.
SELECT source || ':' || profile AS key, min(seen_from) AS since FROM sightings
WHERE source || ':' || profile IN (SELECT key FROM reached_keys) GROUP BY key ORDER BY key;

-- Adds the match keys that were not shown before $day, and ends those that a profile no longer states. Reads changed_profiles, match_keys and
-- shown_match_keys. Exists because the other match keys stay.
UPDATE match_keys SET known_until = $day
WHERE source = $source AND kind = 'stated' AND known_until IS NULL AND profile IN (SELECT profile FROM changed_profiles)
  AND (profile, match_key, name) NOT IN (SELECT (profile, match_key, name) FROM shown_match_keys WHERE kind = 'stated');
INSERT INTO match_keys
SELECT $source, profile, kind, match_key, digest, name, CAST($day AS DATE), NULL FROM shown_match_keys
WHERE (profile, digest) NOT IN (
    SELECT (profile, digest) FROM match_keys
    WHERE source = $source AND known_until IS NULL AND profile IN (SELECT profile FROM changed_profiles))
ORDER BY profile, kind, match_key;

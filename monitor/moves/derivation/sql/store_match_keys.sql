-- Adds the match keys that were not shown before the day of a look, and ends those that a profile no longer states. Reads changed_profiles, match_keys and
-- shown_match_keys. Exists because the other match keys stay.
UPDATE match_keys SET known_until = changed_profiles.day FROM changed_profiles
WHERE source = $source AND kind = 'stated' AND known_until IS NULL AND changed_profiles.profile = match_keys.profile
  AND (match_keys.profile, match_key, name) NOT IN (SELECT (profile, match_key, name) FROM shown_match_keys WHERE kind = 'stated');
INSERT INTO match_keys
SELECT $source, profile, kind, match_key, digest, name, changed_profiles.day, NULL FROM shown_match_keys JOIN changed_profiles USING (profile)
WHERE (profile, digest) NOT IN (
    SELECT (profile, digest) FROM match_keys
    WHERE source = $source AND known_until IS NULL AND profile IN (SELECT profile FROM changed_profiles))
ORDER BY profile, kind, match_key;

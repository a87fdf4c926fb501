-- Ends the runs of profiles that vanished or fell silent, and begins the runs of those that speak (again). Reads carried_profiles, changed_profiles,
-- compared_profiles and speaking_profiles. Exists because who is no longer seen is neither gone nor remaining.
UPDATE sightings
SET seen_until = coalesce((SELECT any_value(seen_on) FROM carried_profiles WHERE carried_profiles.profile = sightings.profile), last_on)
FROM (SELECT profile AS gone, last_on FROM compared_profiles WHERE vanished
      UNION ALL SELECT profile, last_on FROM changed_profiles WHERE profile NOT IN (SELECT profile FROM speaking_profiles))
WHERE source = $source AND seen_until IS NULL AND profile = gone;
INSERT INTO sightings
SELECT $source, profile, day, NULL FROM changed_profiles
WHERE NOT still AND profile IN (SELECT profile FROM speaking_profiles)
ORDER BY profile;
DELETE FROM changed_profiles WHERE profile NOT IN (SELECT profile FROM speaking_profiles);

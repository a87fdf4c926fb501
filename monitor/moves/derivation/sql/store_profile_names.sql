-- Adds the names of the profiles whose tenures changed on $day, as the snapshot writes them. Reads revised_profiles and shown_profile_names. Exists
-- because an alert names people as they were named on its day.
INSERT INTO profile_names
SELECT $source, profile, name, url, CAST($day AS DATE) FROM shown_profile_names
WHERE profile IN (SELECT profile FROM revised_profiles) ORDER BY profile;

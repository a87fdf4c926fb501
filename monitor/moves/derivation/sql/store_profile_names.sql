-- Adds the names of the profiles whose tenures changed, as the snapshot writes them. Reads revised_profiles and shown_profile_names. Exists
-- because an alert names people as they were named on its day.
INSERT INTO profile_names
SELECT $source, profile, name, url, day FROM shown_profile_names JOIN revised_profiles USING (profile) ORDER BY profile;

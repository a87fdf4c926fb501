-- store_profile_names.sql, adds the names of the profiles whose tenures changed on $day, as the snapshot writes them.
INSERT INTO profile_names
SELECT $source, profile, name, url, CAST($day AS DATE) FROM shown_profile_names
WHERE profile IN (SELECT profile FROM revised_profiles) ORDER BY profile;

-- store_wearers.sql, adds the names of the profiles whose tenures changed on $day, as the snapshot writes them.
INSERT INTO wearers
SELECT $source, profile, name, url, CAST($day AS DATE) FROM shown_names
WHERE profile IN (SELECT profile FROM revised) ORDER BY profile;

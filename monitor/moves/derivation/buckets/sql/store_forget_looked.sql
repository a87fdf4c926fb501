-- Takes what is believed of the profiles that were given to buckets out. Reads look_buckets. Exists because their buckets tell all of it anew.
DELETE FROM tenures WHERE (source, profile) IN (SELECT (source, profile) FROM look_buckets);
DELETE FROM profile_moves WHERE (source, profile) IN (SELECT (source, profile) FROM look_buckets);
DELETE FROM match_keys WHERE (source, profile) IN (SELECT (source, profile) FROM look_buckets);
DELETE FROM profile_names WHERE (source, profile) IN (SELECT (source, profile) FROM look_buckets);
DELETE FROM sightings WHERE (source, profile) IN (SELECT (source, profile) FROM look_buckets);
DELETE FROM crowded_profiles WHERE (source, profile) IN (SELECT (source, profile) FROM look_buckets);

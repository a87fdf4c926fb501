-- One row is how many profiles the looks that are followed together may have to look at. Reads looked_profiles. Exists because many are divided into
-- buckets.
SELECT count(*) FROM looked_profiles;

-- One row is how many profiles of the last accepted snapshot the new one lacks. Reads compared_profiles. Exists because a snapshot that lacks too
-- many is suspect.
SELECT count(*) FROM compared_profiles WHERE vanished;

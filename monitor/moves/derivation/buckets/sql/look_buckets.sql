-- One row is a profile that looks which are followed together may have to look at, and its bucket. Reads looked_profiles. Exists because each bucket is
-- given what is believed of its profiles.
CREATE OR REPLACE TEMP TABLE look_buckets AS
SELECT CAST($source AS VARCHAR) AS source, profile, CAST(hash(profile) % CAST($buckets AS UBIGINT) AS INTEGER) AS bucket FROM looked_profiles;

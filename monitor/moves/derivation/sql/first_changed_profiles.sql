-- One row is a profile of a source's first accepted snapshot, of $day. Reads $after. Exists because all of its profiles are looked at, and none of them was
-- seen before.
CREATE OR REPLACE TEMP TABLE compared_profiles AS
SELECT id AS profile, false AS vanished, CAST(NULL AS DATE) AS last_on FROM read_parquet($after);
CREATE OR REPLACE TEMP TABLE changed_profiles AS
SELECT profile, CAST(NULL AS DATE) AS before_on, false AS still, CAST($day AS DATE) AS day, last_on FROM compared_profiles;
-- Nobody was there on a day before.
CREATE OR REPLACE TEMP TABLE carried_profiles AS
SELECT profile, before_on AS seen_on FROM changed_profiles WHERE still;
-- Nobody was there before under another spelling of the id.
CREATE OR REPLACE TEMP TABLE respelled_profiles AS
SELECT profile AS former, profile AS latter FROM compared_profiles WHERE vanished;

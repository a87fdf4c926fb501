-- missing_profiles_count.sql, one row: how many profiles of the last accepted snapshot the new one lacks.
SELECT count(*) FROM compared_profiles WHERE vanished;

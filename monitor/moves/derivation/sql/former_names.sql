-- One row is a profile with nothing left of where it was, and its name in the last snapshot. Reads replaced_profiles and $before. Exists because its id
-- may have been handed on to another person, whose name is another.
CREATE OR REPLACE TEMP TABLE former_names AS
SELECT id AS profile, name FROM read_parquet($before) WHERE id IN (SELECT profile FROM replaced_profiles);

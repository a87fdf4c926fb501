-- One row is the name of a changed profile as the snapshot writes it. Reads changed_profiles and $profiles. Exists because an alert names people as they
-- were named on its day.
CREATE OR REPLACE TEMP TABLE shown_profile_names AS
SELECT id AS profile, name, url, same_as FROM read_parquet($profiles) WHERE id IN (SELECT profile FROM changed_profiles);

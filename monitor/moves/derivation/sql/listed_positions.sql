-- One row is a position that a changed profile lists in the snapshot, as written. Reads changed_profiles and $positions. Exists because all that a
-- comparison follows from is read from the snapshot here.
CREATE OR REPLACE TEMP TABLE listed_positions AS
SELECT profile, ordinal, organization, organization_id, team, title, location, kind, id,
       "start" AS start_written, "end" AS end_written, current
FROM read_parquet($positions)
WHERE profile IN (SELECT profile FROM changed_profiles);

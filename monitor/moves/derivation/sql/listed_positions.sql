-- One row is a position that a changed profile lists in the snapshot, as written. Reads changed_profiles and $positions. Exists because all that a
-- comparison follows from is read from the snapshot here.
CREATE OR REPLACE TEMP TABLE listed_positions AS
SELECT profile, ordinal, organization, organization_id, team, title, location, kind, id,
       "start" AS start_written, "end" AS end_written, current,
       CASE WHEN organization_key_of(organization_id) NOT IN (SELECT unnest(CAST($unclear AS VARCHAR[]))) THEN organization_key_of(organization_id) END AS organization_key
FROM read_parquet($positions)
WHERE profile IN (SELECT profile FROM changed_profiles);

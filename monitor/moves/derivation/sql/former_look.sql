-- One row is a profile that looks which are followed together may have to look at (`looked_profiles`); what the look of $day, the last one before them,
-- shows of it is added to `look_names` and `look_positions`. Reads look_changes, looks, tenures, $positions and $profiles. Exists because a planned end or start may come without a change of the profile, and a name
-- is held against the one before. What was read of a look after these is forgotten: it is suspect by what changed.
DELETE FROM look_changes WHERE day > (SELECT max(day) FROM looks);
DELETE FROM look_names WHERE day > (SELECT max(day) FROM looks);
DELETE FROM look_positions WHERE day > (SELECT max(day) FROM looks);
CREATE OR REPLACE TEMP TABLE looked_profiles AS
SELECT profile FROM look_changes
UNION
SELECT profile FROM tenures WHERE source = $source AND known_until IS NULL AND due <= (SELECT max(day) FROM looks);
INSERT INTO look_names
SELECT id, CAST($day AS DATE), name, url, same_as FROM read_parquet($profiles) WHERE id IN (SELECT profile FROM looked_profiles);
INSERT INTO look_positions
SELECT profile, CAST($day AS DATE), ordinal, organization, organization_id, team, title, location, kind, id, "start", "end", current
FROM read_parquet($positions) WHERE profile IN (SELECT profile FROM looked_profiles);

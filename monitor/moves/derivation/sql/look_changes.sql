-- One row is how many profiles the look of $day lacks, how many changes were read so far, and whether one that is missing may be written otherwise; what
-- the look shows otherwise than that of $before_on is added to `look_changes`, `look_names` and `look_positions`. Reads look_changes, $after, $before and $positions.
-- Exists because whole snapshots are read once, and what changed is kept until it is followed.
INSERT INTO look_changes
SELECT coalesce(after.id, before.id), CAST($day AS DATE), CAST($before_on AS DATE), after.id IS NULL, before.id IS NULL
FROM (SELECT id, content FROM read_parquet($before)) AS before
FULL JOIN (SELECT id, content FROM read_parquet($after)) AS after USING (id)
WHERE before.content IS DISTINCT FROM after.content;
INSERT INTO look_names
SELECT id, CAST($day AS DATE), name, url, same_as FROM read_parquet($after)
WHERE id IN (SELECT profile FROM look_changes WHERE day = $day AND NOT vanished);
INSERT INTO look_positions
SELECT profile, CAST($day AS DATE), ordinal, organization, organization_id, team, title, location, kind, id, "start", "end", current
FROM read_parquet($positions) WHERE profile IN (SELECT profile FROM look_changes WHERE day = $day AND NOT vanished);
WITH vanished AS (
    SELECT spelling_of(profile) AS spelling FROM look_changes WHERE day = $day AND vanished
)
SELECT (SELECT count(*) FROM look_changes WHERE day = $day AND vanished) AS missing, (SELECT count(*) FROM look_changes) AS changes,
       EXISTS (FROM look_changes WHERE day = $day AND NOT vanished AND spelling_of(profile) IN (SELECT spelling FROM vanished)) AS may_be_rekeyed;

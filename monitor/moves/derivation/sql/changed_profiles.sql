-- One row is a profile to look at again in the snapshot of $day, with the last day on which it was seen before, and the day of the
-- last accepted snapshot (last_on); `compared_profiles` has those that vanished, too. Reads sightings, tenures, $before and $after. Exists because this is the only part of a comparison that reads whole snapshots: one
-- join of ids and content hashes. Who was not looked at on the day before, though the snapshot has them, was seen at the last look.
CREATE OR REPLACE TEMP TABLE carried_profiles AS
SELECT unnest(CAST($carried AS VARCHAR[])) AS profile, CAST(unnest(CAST($carried_on AS VARCHAR[])) AS DATE) AS seen_on;

CREATE OR REPLACE TEMP TABLE compared_profiles AS
SELECT coalesce(after.id, before.id) AS profile, after.id IS NULL AS vanished, CAST($before_on AS DATE) AS last_on
FROM (SELECT id, content FROM read_parquet($before)) AS before
FULL JOIN (SELECT id, content FROM read_parquet($after)) AS after USING (id)
WHERE NOT $comparable OR before.content IS DISTINCT FROM after.content;

CREATE OR REPLACE TEMP TABLE changed_profiles AS
SELECT compared_profiles.profile,
       CASE WHEN seen.still THEN coalesce(carried_profiles.seen_on, CAST($before_on AS DATE)) ELSE seen.until END AS before_on,
       coalesce(seen.still, false) AS still, CAST($day AS DATE) AS day, last_on
FROM compared_profiles LEFT JOIN (
    SELECT profile, bool_or(seen_until IS NULL) AS still, max(seen_until) AS until
    FROM sightings WHERE source = $source AND profile IN (SELECT profile FROM compared_profiles)
    GROUP BY profile) AS seen USING (profile)
LEFT JOIN carried_profiles USING (profile)
WHERE NOT compared_profiles.vanished;

-- A planned end or start whose day has come speaks although the profile did not change.
INSERT INTO changed_profiles
SELECT DISTINCT profile, coalesce(seen_on, CAST($before_on AS DATE)), true, CAST($day AS DATE), CAST($before_on AS DATE)
FROM tenures LEFT JOIN carried_profiles USING (profile)
WHERE source = $source AND known_until IS NULL AND due <= $day
  AND profile NOT IN (SELECT profile FROM compared_profiles)
  -- Nobody looked whether it still says so.
  AND NOT list_contains(CAST($unseen AS VARCHAR[]), profile)
  AND profile IN (SELECT profile FROM sightings WHERE source = $source AND seen_until IS NULL);

-- One row is a profile and the next look at it that is to be followed, each profile at one look of its own; the last part returns how many there
-- are. Reads followed_looks, look_changes, looks, sightings and tenures. Exists because what follows from a look at a profile rests on what the looks
-- before it told of this profile, and on nobody else's. A planned end or start whose day has come speaks although the profile did not change.
CREATE OR REPLACE TEMP TABLE followed_until AS
SELECT profile, max(day) AS day FROM followed_looks GROUP BY profile;
CREATE OR REPLACE TEMP TABLE due_days AS
SELECT tenures.profile, greatest(min(due), any_value(followed_until.day) + 1) AS day
FROM tenures LEFT JOIN followed_until USING (profile)
WHERE source = $source AND known_until IS NULL AND due <= (SELECT max(day) FROM looks)
  AND tenures.profile IN (SELECT profile FROM sightings WHERE source = $source AND seen_until IS NULL)
GROUP BY tenures.profile;
CREATE OR REPLACE TEMP TABLE next_looks AS
WITH pending AS (
    SELECT look_changes.profile, look_changes.day, last_on, vanished, appears, false AS due
    FROM look_changes LEFT JOIN followed_until ON followed_until.profile = look_changes.profile
    WHERE followed_until.day IS NULL OR look_changes.day > followed_until.day
), due AS (
    SELECT profile, min(looks.day) AS day FROM due_days JOIN looks ON looks.day >= due_days.day GROUP BY profile
), either AS (
    FROM pending
    UNION ALL
    SELECT profile, due.day, last_on, false, false, true FROM due JOIN looks ON looks.day = due.day
)
SELECT profile, next.day, next.last_on, next.vanished, next.appears, next.due
FROM (SELECT profile, arg_min({'day': day, 'last_on': last_on, 'vanished': vanished, 'appears': appears, 'due': due}, (day, due)) AS next
      FROM either GROUP BY profile);
SELECT count(*) FROM next_looks;

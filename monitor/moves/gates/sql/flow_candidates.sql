-- One row is a person who goes on $day from one organisation to another in a manner that may be a change of the two. Reads changed_profiles,
-- new_move_versions, relabelled_tenures and sides. Exists because on most days nobody goes so, and nothing else is asked then. A manner is 'in place'
-- (the old name gone, no day stated) or 'dated' (ends that all may be one stated day).
CREATE OR REPLACE TEMP TABLE flow_candidates AS
WITH moved AS (
    SELECT DISTINCT profile, from_root, to_root, CASE manner WHEN 'in place' THEN manner ELSE 'dated' END AS manner,
           left_earliest, left_latest, from_side, to_side, same_position(origin.title, origin.team, target.title, target.team) AS kept,
           manner = 'told' AND NOT kept AS newly_seen, CASE WHEN origin.title = target.title THEN target.title END AS title_kept
    FROM new_move_versions JOIN sides AS origin ON origin.side = from_side JOIN sides AS target ON target.side = to_side
    -- A history that is new today tells of the same change if it keeps the position, or states a day at first sight.
    WHERE known_move IS NULL AND from_root IS NOT NULL AND to_root IS NOT NULL
      AND (manner IN ('in place', 'dated') OR manner = 'told' AND (kept OR before_on IS NULL AND left_earliest = left_latest))
)
SELECT * FROM moved
UNION ALL
-- Who keeps the start under another name has not moved, and tells as much of the names.
SELECT DISTINCT profile, old_root, new_root, 'in place', changed_profiles.before_on + 1, CAST($day AS DATE), NULL, NULL, true, false, NULL
FROM relabelled_tenures JOIN changed_profiles USING (profile)
WHERE ongoing AND (old_root, new_root) IN (SELECT (from_root, to_root) FROM moved);

-- One row is a tenure, and the days on which it was believed, with the days between which the person was there. Reads clusters, moves, sides,
-- tenures, tenures_in_scope and unseen_profiles. Exists because `presences` meets it twice, and a statement that holds it as a part of its own cannot
-- know how large it is. From unseen_from on the last accepted snapshot lacks the profile; tracked_until is the day up to which it is one of those that a share is of.
CREATE OR REPLACE TEMP TABLE dated_tenures AS
WITH presence_segments AS (
    -- A new piece begins where it becomes known, or is known no longer, that a profile is one person with others, or that its source lacks it.
    SELECT *, lead(segment_start) OVER (PARTITION BY number ORDER BY segment_start) AS next_segment_start FROM (
        SELECT rowid AS number, source, profile, known_from AS segment_start FROM tenures SEMI JOIN tenures_in_scope ON number = tenures.rowid
        UNION SELECT tenures.rowid, tenures.source, tenures.profile, days.day
        FROM tenures SEMI JOIN tenures_in_scope ON number = tenures.rowid
        JOIN (SELECT source, profile, false AS unseen, unnest([known_from, known_until]) AS day FROM clusters
                           UNION SELECT source, profile, true, unnest([unseen_from, seen_again_on]) FROM unseen_profiles) AS days
          ON days.source = tenures.source AND days.profile = tenures.profile AND NOT (days.unseen AND tenures.ended)
         AND days.day > tenures.known_from AND (tenures.known_until IS NULL OR days.day < tenures.known_until))
)
SELECT tenures.* REPLACE (segment_start AS known_from, coalesce(next_segment_start, tenures.known_until) AS known_until),
       coalesce(clusters.person, tenures.source || ':' || tenures.profile) AS person, sides.unit,
       -- Without a start nobody knows since when: possibly always, certainly since it was seen.
       coalesce(joined_earliest, DATE '0001-01-01') AS opens_possibly,
       coalesce(joined_latest, witnessed_on, left_earliest, tenures.known_from) AS opens_certainly,
       CASE WHEN ended THEN coalesce(left_earliest, joined_latest, witnessed_on, DATE '0001-01-01') END AS closes_certainly,
       CASE WHEN ended AND held_from.profile IS NULL THEN coalesce(left_latest, min(tenures.known_from) OVER (
           PARTITION BY tenures.source, tenures.profile, tenure)) END AS closes_possibly,
       unseen_profiles.unseen_from, CASE WHEN unseen_profiles.dropped THEN DATE '0001-01-01' ELSE unseen_profiles.unseen_from END AS tracked_until,
       held_to.profile IS NOT NULL AS held
FROM tenures JOIN sides ON sides.side = tenures.latest
-- Who is held to have moved with a whole organisation is not taken for there, nor for gone.
LEFT JOIN (SELECT DISTINCT source, profile, from_root FROM moves WHERE status = 'held') AS held_from
  ON held_from.source = tenures.source AND held_from.profile = tenures.profile AND held_from.from_root = tenures.root
LEFT JOIN (SELECT DISTINCT source, profile, to_root FROM moves WHERE status = 'held') AS held_to
  ON held_to.source = tenures.source AND held_to.profile = tenures.profile AND held_to.to_root = tenures.root
JOIN presence_segments ON presence_segments.number = tenures.rowid
LEFT JOIN clusters ON clusters.source = tenures.source AND clusters.profile = tenures.profile
  AND clusters.known_from <= segment_start AND (clusters.known_until IS NULL OR clusters.known_until > segment_start)
-- Who is absent has not left: they are no longer certain to be there.
LEFT JOIN unseen_profiles ON unseen_profiles.source = tenures.source AND unseen_profiles.profile = tenures.profile AND NOT tenures.ended
  AND unseen_from <= segment_start AND (seen_again_on IS NULL OR seen_again_on > segment_start)
WHERE begun AND NOT pseudo;

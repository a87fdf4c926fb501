-- One row is a person's time at an organisation, and the days on which it was believed; with one row for each former organisation where a rule asks
-- where somebody was before. Reads clusters, moves, profile_names, queries, sides, tenures and unseen_profiles. Exists because `[stock]` rules count it.
-- From unseen_from on the last accepted snapshot lacks the profile; tracked_until is the day up to which it is one of those that a share is of.
CREATE OR REPLACE TEMP TABLE presences AS
WITH presence_segments AS (
    -- A new piece begins where it becomes known, or is known no longer, that a profile is one person with others, or that its source lacks it.
    SELECT *, lead(segment_start) OVER (PARTITION BY number ORDER BY segment_start) AS next_segment_start FROM (
        SELECT rowid AS number, source, profile, known_from AS segment_start FROM tenures WHERE (SELECT bool_or(is_presence) FROM queries)
        UNION SELECT tenures.rowid, tenures.source, tenures.profile, days.day
        FROM tenures JOIN (SELECT source, profile, false AS unseen, unnest([known_from, known_until]) AS day FROM clusters
                           UNION SELECT source, profile, true, unnest([unseen_from, seen_again_on]) FROM unseen_profiles) AS days
          ON days.source = tenures.source AND days.profile = tenures.profile AND NOT (days.unseen AND tenures.ended)
         AND days.day > tenures.known_from AND (tenures.known_until IS NULL OR days.day < tenures.known_until)
         AND (SELECT bool_or(is_presence) FROM queries))
), there AS (
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
    WHERE begun AND NOT pseudo
), alone AS (
    SELECT source, profile, person, tenure, NULL::VARCHAR AS from_unit, NULL::VARCHAR AS from_root, NULL::UBIGINT AS from_side,
           unit AS to_unit, root AS to_root, latest AS to_side, false AS paired,
           opens_certainly, closes_certainly, opens_possibly, closes_possibly,
           joined_earliest, joined_latest, left_earliest, left_latest, witnessed_on, unseen_from, tracked_until, held, known_from, known_until
    FROM there
), former AS (
    -- No more people than changed organisations; both have to be believed on the same days.
    SELECT now.source, now.profile, now.person, now.tenure, was.unit, was.root, was.latest,
           now.unit, now.root, now.latest, true,
           greatest(now.opens_certainly, coalesce(was.closes_possibly, DATE '9999-12-31')), now.closes_certainly,
           greatest(now.opens_possibly, was.closes_certainly), now.closes_possibly,
           now.joined_earliest, now.joined_latest, now.left_earliest, now.left_latest, now.witnessed_on, now.unseen_from, now.tracked_until, now.held,
           greatest(now.known_from, was.known_from), least(now.known_until, was.known_until)
    FROM there AS now JOIN there AS was ON now.person = was.person AND now.root <> was.root AND was.ended
    WHERE (SELECT bool_or(paired) FROM queries WHERE is_presence)
      AND now.known_from < coalesce(was.known_until, DATE '9999-12-31') AND was.known_from < coalesce(now.known_until, DATE '9999-12-31')
), every AS (SELECT * FROM alone UNION ALL SELECT * FROM former)
SELECT CAST(row_number() OVER () AS UBIGINT) AS entry, hash(from_unit, from_root, to_unit, to_root) AS unit_pair, every.*, profile_names.name, profile_names.url
FROM every ASOF LEFT JOIN profile_names
  ON profile_names.source = every.source AND profile_names.profile = every.profile AND profile_names.known_from <= every.known_from;

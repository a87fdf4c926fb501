-- One row is a question about an alert, with how many people are tracked at its origin, how many of them were seen in the latest snapshots, and how many
-- are newly tracked. Reads coverage_questions, judged, sides, sightings, tenures, unlooked and unseen_profiles. Exists because an alert states its coverage.
WITH present AS (
    -- A tenure is at a unit by its root or by its last position: two joins on equality. One join on either would meet all with all.
    SELECT coverage_questions.question, coverage_questions.day, coverage_questions.since, tenures.source, tenures.profile, tenures.begun, tenures.ended, tenures.left_latest,
           tenures.known_from, tenures.known_until
    FROM coverage_questions JOIN tenures ON tenures.root = coverage_questions.unit JOIN sides ON sides.side = tenures.latest
    UNION ALL
    SELECT coverage_questions.question, coverage_questions.day, coverage_questions.since, tenures.source, tenures.profile, tenures.begun, tenures.ended, tenures.left_latest,
           tenures.known_from, tenures.known_until
    FROM coverage_questions JOIN sides ON sides.unit = coverage_questions.unit JOIN tenures ON tenures.latest = sides.side
), tracked AS (
    -- Whoever vanished before the window opened, or is not of a new baseline, is not tracked: nobody can say where they are.
    SELECT DISTINCT question, day, since, present.source, present.profile
    FROM present LEFT JOIN unseen_profiles AS unseen ON unseen.source = present.source AND unseen.profile = present.profile
      AND unseen_from <= day AND (seen_again_on IS NULL OR seen_again_on > day) AND (dropped OR unseen_from <= since)
    WHERE unseen.profile IS NULL AND begun AND known_from <= day AND (known_until IS NULL OR known_until > day) AND (NOT ended OR left_latest >= since)
), newest AS (
    SELECT looks.source, looks.day, max(judged.observed_on) AS observed_on
    FROM (SELECT DISTINCT source, day FROM tracked) AS looks JOIN judged ON judged.source = looks.source AND judged.observed_on <= looks.day
    WHERE judged.verdict IN ('accepted', 'baseline') GROUP BY ALL
), sights AS (
    SELECT tracked.question, tracked.source, tracked.profile,
           bool_or(sightings.seen_from <= newest.observed_on AND (sightings.seen_until IS NULL OR sightings.seen_until >= newest.observed_on)
                   AND unlooked.profile IS NULL) AS seen,
           min(sightings.seen_from) > any_value(tracked.since) AS is_new
    FROM tracked JOIN newest ON newest.source = tracked.source AND newest.day = tracked.day
    LEFT JOIN sightings ON sightings.source = tracked.source AND sightings.profile = tracked.profile
      AND sightings.seen_from <= tracked.day
    -- Whoever a snapshot has as last seen was not looked at on its day.
    LEFT JOIN unlooked ON unlooked.source = tracked.source AND unlooked.profile = tracked.profile
      AND unlooked.unlooked_from <= newest.observed_on AND (unlooked.unlooked_until IS NULL OR unlooked.unlooked_until >= newest.observed_on)
    GROUP BY ALL
)
SELECT question, count(*) AS tracked, count(*) FILTER (seen) AS seen, count(*) FILTER (is_new) AS newly_tracked
FROM sights GROUP BY question ORDER BY question;

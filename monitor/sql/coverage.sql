-- coverage.sql, one row per question asked: how many people are tracked at its origin, how many of them were seen last, how many are new.
WITH tracked AS (
    SELECT DISTINCT asked.question, asked.day, asked.since, tenures.source, tenures.profile
    FROM tenures JOIN sides ON sides.side = tenures.latest JOIN asked ON tenures.root = asked.unit OR sides.unit = asked.unit
    WHERE tenures.begun AND tenures.known_from <= asked.day
      AND (tenures.known_until IS NULL OR tenures.known_until > asked.day)
      AND (NOT tenures.ended OR tenures.left_latest >= asked.since)
), newest AS (
    SELECT asked.question, judged.source, max(observed_on) AS day
    FROM (SELECT DISTINCT question, day FROM asked) AS asked JOIN judged ON judged.observed_on <= asked.day
    WHERE verdict IN ('accepted', 'baseline') GROUP BY ALL
), sights AS (
    SELECT tracked.question, tracked.source, tracked.profile,
           bool_or(sightings.seen_from <= newest.day AND (sightings.seen_until IS NULL OR sightings.seen_until >= newest.day)) AS seen,
           min(sightings.seen_from) > any_value(tracked.since) AS is_new
    FROM tracked JOIN newest ON newest.question = tracked.question AND newest.source = tracked.source
    LEFT JOIN sightings ON sightings.source = tracked.source AND sightings.profile = tracked.profile
      AND sightings.seen_from <= tracked.day
    GROUP BY ALL
)
SELECT question, count(*) AS tracked, count(*) FILTER (seen) AS seen, count(*) FILTER (is_new) AS newly_tracked
FROM sights GROUP BY question ORDER BY question;

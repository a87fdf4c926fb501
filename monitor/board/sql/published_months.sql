-- One row is an organisation and month with who was there at its end, came and went. Reads clusters, judged, moves, tenures and
-- unseen_profiles. Exists because the read model has them.
-- people were certainly there on the last day of the month (of the newest month: on the day of the newest observation), at_most possibly. A tenure
-- without a start counts certainly from the first observation that showed it, and possibly always. Somebody whom the source no longer shows counts
-- possibly for a year more. came and went are people by the last month in which they may have joined.
WITH newest AS (
    SELECT max(observed_on) AS day, date_trunc('month', max(observed_on)) AS month FROM judged WHERE verdict IN ('accepted', 'baseline')
), shown AS (
    SELECT CAST(unnest(generate_series(month - INTERVAL 59 MONTH, month, INTERVAL 1 MONTH)) AS DATE) AS month FROM newest
), believed AS (
    SELECT * FROM tenures WHERE known_until IS NULL AND begun AND NOT pseudo
), persons AS (
    SELECT source, profile, person FROM clusters WHERE known_until IS NULL
), held AS (
    SELECT DISTINCT source, profile, from_root, to_root FROM moves WHERE status = 'held' AND known_until IS NULL
), stays AS (
    SELECT believed.root, coalesce(persons.person, believed.source || ':' || believed.profile) AS person,
           coalesce(joined_latest, witnessed_on, left_earliest, known_from) AS opens,
           CASE WHEN ended THEN coalesce(left_earliest, joined_latest, witnessed_on, DATE '0001-01-01') ELSE unseen_from END AS closes,
           coalesce(joined_earliest, DATE '0001-01-01') AS opens_possibly,
           -- Who is held to have moved with a whole organisation is not taken for gone.
           CASE WHEN ended AND held_from.profile IS NULL THEN coalesce(left_latest, known_from) WHEN NOT ended THEN unseen_from + 365 END AS closes_possibly
    FROM believed
    LEFT JOIN persons ON persons.source = believed.source AND persons.profile = believed.profile
    LEFT JOIN unseen_profiles ON unseen_profiles.source = believed.source AND unseen_profiles.profile = believed.profile AND seen_again_on IS NULL
    LEFT JOIN (SELECT DISTINCT source, profile, from_root FROM held) AS held_from
      ON held_from.source = believed.source AND held_from.profile = believed.profile AND held_from.from_root = believed.root
    -- Nor for there.
    WHERE (believed.source, believed.profile, believed.root) NOT IN (SELECT (source, profile, to_root) FROM held WHERE to_root IS NOT NULL)
), spans AS (
    SELECT root, person, true AS certain, date_trunc('month', opens) AS opens, date_trunc('month', coalesce(closes, DATE '9999-12-31')) AS closes FROM stays
    UNION ALL
    SELECT root, person, false, date_trunc('month', opens_possibly), date_trunc('month', coalesce(closes_possibly, DATE '9999-12-31')) FROM stays
), reach AS (
    SELECT *, max(closes) OVER (PARTITION BY root, person, certain ORDER BY opens, closes ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM spans WHERE opens < closes
), apart AS (
    -- What two times of one person have in common counts once.
    SELECT root, certain, greatest(opens, coalesce(reached, opens)) AS opens, closes FROM reach WHERE reached IS NULL OR closes > reached
), steps AS (
    -- All that happened before the first month that is shown happens in it.
    SELECT root, certain, greatest(opens, (SELECT min(month) FROM shown)) AS month, 1 AS step FROM apart, newest
    WHERE closes > (SELECT min(month) FROM shown) AND opens <= newest.month
    UNION ALL
    SELECT root, certain, closes, -1 FROM apart, newest WHERE closes > (SELECT min(month) FROM shown) AND closes <= newest.month
), changes AS (
    SELECT root, month, coalesce(sum(step) FILTER (certain), 0) AS people, coalesce(sum(step) FILTER (NOT certain), 0) AS at_most FROM steps GROUP BY ALL
), organizations AS (
    SELECT DISTINCT root FROM steps
), headcounts AS (
    SELECT organizations.root, shown.month,
           sum(coalesce(people, 0)) OVER of_one AS people, sum(coalesce(at_most, 0)) OVER of_one AS at_most
    FROM organizations CROSS JOIN shown LEFT JOIN changes ON changes.root = organizations.root AND changes.month = shown.month
    WINDOW of_one AS (PARTITION BY organizations.root ORDER BY shown.month)
), counted AS (
    SELECT person, from_root, to_root, CAST(date_trunc('month', joined_latest) AS DATE) AS month
    FROM moves WHERE status = 'counted' AND known_until IS NULL AND joined_latest IS NOT NULL
), arrivals AS (
    SELECT to_root AS root, month, count(DISTINCT person) AS came FROM counted WHERE to_root IS NOT NULL GROUP BY ALL
), departures AS (
    SELECT from_root AS root, month, count(DISTINCT person) AS went FROM counted WHERE from_root IS NOT NULL GROUP BY ALL
), months AS (
    SELECT root AS organization, CAST(month AS VARCHAR) AS month, CAST(coalesce(people, 0) AS BIGINT) AS people,
           CAST(greatest(people, at_most, 0) AS BIGINT) AS at_most,
           CAST(coalesce(came, 0) AS BIGINT) AS came, CAST(coalesce(went, 0) AS BIGINT) AS went
    FROM headcounts
    FULL JOIN (SELECT * FROM arrivals FULL JOIN departures USING (root, month) SEMI JOIN shown USING (month)) AS turnover USING (root, month)
)
SELECT * FROM months WHERE at_most > 0 OR came > 0 OR went > 0;

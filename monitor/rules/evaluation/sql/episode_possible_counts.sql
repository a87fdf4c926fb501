-- One row is an episode with the highest number of people who may count on one of its days; of a changed headcount also the highest of those who do.
-- Reads episode_members and episodes. Exists because an alert says how many more it may be. The peak of a change follows from who left or came:
-- `episodes` counts those who are there.
WITH matching AS (
    SELECT rule, grouping, known_on, person, false AS is_peak, possible_from AS opens, possible_until AS closes
    FROM episode_members WHERE counted AND role = 'count'
    UNION ALL
    SELECT rule, grouping, known_on, person, true, opens, closes
    FROM episode_members
    WHERE counted AND role = 'count' AND change IS NOT NULL AND opens < closes
), reach AS (
    SELECT *, max(closes) OVER (PARTITION BY rule, grouping, known_on, is_peak, person ORDER BY opens, closes
                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM matching
), apart AS (
    -- What two stretches of one person have in common counts once: each adds what lies beyond those before it.
    SELECT rule, grouping, known_on, is_peak, CASE WHEN reached > opens THEN reached ELSE opens END AS opens, closes
    FROM reach WHERE reached IS NULL OR closes > reached
), count_steps AS (
    SELECT rule, grouping, known_on, is_peak, day, sum(step) AS step FROM (
        SELECT rule, grouping, known_on, is_peak, opens AS day, 1 AS step FROM apart
        UNION ALL SELECT rule, grouping, known_on, is_peak, closes, -1 FROM apart)
    GROUP BY ALL
), counts AS (
    SELECT *, sum(step) OVER of_group AS people, lead(day, 1, DATE '9999-12-31') OVER of_group AS next_day
    FROM count_steps WINDOW of_group AS (PARTITION BY rule, grouping, known_on, is_peak ORDER BY day)
), most AS (
    SELECT rule, grouping, known_on, episodes.opens, max(counts.people) FILTER (NOT is_peak) AS possible,
           max(counts.people) FILTER (is_peak) AS people_at_peak
    FROM episodes JOIN counts USING (rule, grouping, known_on)
    WHERE counts.day < episodes.closes AND counts.next_day > episodes.opens
    GROUP BY ALL
)
SELECT rule, grouping, known_on, episodes.opens, nullif(closes, DATE '9999-12-31') AS closes,
       CAST(coalesce(people_at_peak, peak) AS BIGINT) AS peak, part, headcount, headcount_base,
       CAST(coalesce(possible, 0) AS BIGINT) AS possible
FROM episodes LEFT JOIN most USING (rule, grouping, known_on, opens)
ORDER BY ALL;

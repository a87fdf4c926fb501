-- episode_possible.sql, one row per episode of a portion with the highest number of people who may count on one of its days.
WITH told AS (
    SELECT episodes.* FROM episodes JOIN portions USING (rule, grouping) WHERE portion = $portion
), fit AS (
    SELECT * FROM known SEMI JOIN told USING (rule, grouping, known_on) WHERE counted AND role = 'count'
), reach AS (
    SELECT rule, grouping, known_on, person, possible_from, possible_until,
           max(possible_until) OVER (PARTITION BY rule, grouping, known_on, person ORDER BY possible_from, possible_until
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM fit
), apart AS (
    -- What two stretches of one person have in common counts once: each adds what lies beyond those before it.
    SELECT rule, grouping, known_on, CASE WHEN reached > possible_from THEN reached ELSE possible_from END AS opens, possible_until AS closes
    FROM reach WHERE reached IS NULL OR possible_until > reached
), steps AS (
    SELECT rule, grouping, known_on, day, sum(step) AS step FROM (
        SELECT rule, grouping, known_on, opens AS day, 1 AS step FROM apart
        UNION ALL SELECT rule, grouping, known_on, closes, -1 FROM apart)
    GROUP BY ALL
), counts AS (
    SELECT *, sum(step) OVER of_group AS people, lead(day, 1, DATE '9999-12-31') OVER of_group AS next_day
    FROM steps WINDOW of_group AS (PARTITION BY rule, grouping, known_on ORDER BY day)
), most AS (
    SELECT rule, grouping, known_on, told.opens, max(counts.people) AS possible
    FROM told JOIN counts USING (rule, grouping, known_on)
    WHERE counts.day < told.closes AND counts.next_day > told.opens
    GROUP BY ALL
)
SELECT rule, grouping, known_on, told.opens, nullif(closes, DATE '9999-12-31') AS closes, peak, part,
       CAST(coalesce(possible, 0) AS BIGINT) AS possible
FROM told LEFT JOIN most USING (rule, grouping, known_on, opens)
ORDER BY ALL;

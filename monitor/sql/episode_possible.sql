-- episode_possible.sql, one row per episode with the highest number of people who may count on one of its days.
WITH fit AS (
    SELECT * FROM known SEMI JOIN episodes USING (rule, grouping, known_on) WHERE counted AND role = 'count'
), reach AS (
    SELECT rule, grouping, known_on, person, possible_from, possible_until,
           max(possible_until) OVER (PARTITION BY rule, grouping, known_on, person ORDER BY possible_from, possible_until
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM fit
), islands AS (
    SELECT *, sum(CASE WHEN possible_from > reached THEN 1 ELSE 0 END) OVER (
        PARTITION BY rule, grouping, known_on, person ORDER BY possible_from, possible_until ROWS UNBOUNDED PRECEDING) AS island
    FROM reach
), stretches AS (
    SELECT rule, grouping, known_on, min(possible_from) AS opens, max(possible_until) AS closes
    FROM islands GROUP BY rule, grouping, known_on, person, island
), steps AS (
    SELECT rule, grouping, known_on, day, sum(step) AS step FROM (
        SELECT rule, grouping, known_on, opens AS day, 1 AS step FROM stretches
        UNION ALL SELECT rule, grouping, known_on, closes, -1 FROM stretches)
    GROUP BY ALL
), counts AS (
    SELECT *, sum(step) OVER of_group AS people, lead(day, 1, DATE '9999-12-31') OVER of_group AS next_day
    FROM steps WINDOW of_group AS (PARTITION BY rule, grouping, known_on ORDER BY day)
), most AS (
    SELECT rule, grouping, known_on, episodes.opens, max(counts.people) AS possible
    FROM episodes JOIN counts USING (rule, grouping, known_on)
    WHERE counts.day < episodes.closes AND counts.next_day > episodes.opens
    GROUP BY ALL
)
SELECT rule, grouping, known_on, episodes.opens, nullif(closes, DATE '9999-12-31') AS closes, peak, part,
       CAST(coalesce(possible, 0) AS BIGINT) AS possible
FROM episodes LEFT JOIN most USING (rule, grouping, known_on, opens)
ORDER BY ALL;

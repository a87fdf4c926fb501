-- episode_possible_counts.sql, one row per episode of a portion with the highest number of people who may count on one of its days.
WITH chunk_episodes AS (
    SELECT episodes.* FROM episodes JOIN group_chunks USING (rule, grouping) WHERE chunk = $chunk
), matching AS (
    SELECT * FROM episode_members SEMI JOIN chunk_episodes USING (rule, grouping, known_on) WHERE counted AND role = 'count'
), reach AS (
    SELECT rule, grouping, known_on, person, possible_from, possible_until,
           max(possible_until) OVER (PARTITION BY rule, grouping, known_on, person ORDER BY possible_from, possible_until
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM matching
), apart AS (
    -- What two stretches of one person have in common counts once: each adds what lies beyond those before it.
    SELECT rule, grouping, known_on, CASE WHEN reached > possible_from THEN reached ELSE possible_from END AS opens, possible_until AS closes
    FROM reach WHERE reached IS NULL OR possible_until > reached
), count_steps AS (
    SELECT rule, grouping, known_on, day, sum(step) AS step FROM (
        SELECT rule, grouping, known_on, opens AS day, 1 AS step FROM apart
        UNION ALL SELECT rule, grouping, known_on, closes, -1 FROM apart)
    GROUP BY ALL
), counts AS (
    SELECT *, sum(step) OVER of_group AS people, lead(day, 1, DATE '9999-12-31') OVER of_group AS next_day
    FROM count_steps WINDOW of_group AS (PARTITION BY rule, grouping, known_on ORDER BY day)
), most AS (
    SELECT rule, grouping, known_on, chunk_episodes.opens, max(counts.people) AS possible
    FROM chunk_episodes JOIN counts USING (rule, grouping, known_on)
    WHERE counts.day < chunk_episodes.closes AND counts.next_day > chunk_episodes.opens
    GROUP BY ALL
)
SELECT rule, grouping, known_on, chunk_episodes.opens, nullif(closes, DATE '9999-12-31') AS closes, peak, part,
       CAST(coalesce(possible, 0) AS BIGINT) AS possible
FROM chunk_episodes LEFT JOIN most USING (rule, grouping, known_on, opens)
ORDER BY ALL;

-- sweep.sql, the baseline: one row per episode of any rule, from plain tables of moves and rules, in one statement.
WITH matches AS NOT MATERIALIZED (
    SELECT rules.rule, CASE WHEN by_from THEN origin || chr(31) || destination WHEN by_to THEN destination ELSE '' END AS destination,
           person, latest AS opens, rules.people,
           CASE WHEN days IS NULL THEN CAST(date_trunc('year', latest) + INTERVAL 1 YEAR AS DATE) ELSE earliest + days END AS closes
    FROM moves JOIN rules USING (origin)
    WHERE (NOT titled OR lower(title) LIKE '%head%')
      AND CASE WHEN days IS NULL THEN year(earliest) = year(latest) ELSE latest < earliest + days END
), changes AS (
    SELECT rule, destination, any_value(people) AS people, stretch, sum(opened) AS opened, sum(closed) AS closed FROM (
        SELECT rule, destination, people, (opens - DATE '1970-01-01') // 32 AS stretch, 1 AS opened, 0 AS closed FROM matches
        UNION ALL SELECT rule, destination, people, (closes - DATE '1970-01-01') // 32, 0, 1 FROM matches)
    GROUP BY rule, destination, stretch
), rough AS (
    -- At most so many people count on any day from this stretch of 32 days until the next.
    SELECT rule, destination, people, sum(opened - closed) OVER of_group + closed AS most
    FROM changes WINDOW of_group AS (PARTITION BY rule, destination ORDER BY stretch)
), daily AS (
    SELECT rule, destination, any_value(people) AS people, day, sum(step) AS step FROM (
        SELECT rule, destination, people, opens AS day, 1 AS step FROM matches
        UNION ALL SELECT rule, destination, people, closes, -1 FROM matches)
    SEMI JOIN (FROM rough WHERE most >= people) AS rough USING (rule, destination) GROUP BY rule, destination, day
), running AS (
    SELECT rule, destination, people, day, lead(day) OVER of_group AS next_day, sum(step) OVER of_group AS most
    FROM daily WINDOW of_group AS (PARTITION BY rule, destination ORDER BY day)
), begun AS (
    SELECT *, day > lag(next_day, 1, day - 1) OVER (PARTITION BY rule, destination ORDER BY day) AS begins FROM running WHERE most >= people
), runs AS (
    SELECT *, count_if(begins) OVER (PARTITION BY rule, destination ORDER BY day) AS run FROM begun
), busy AS (
    SELECT rule, destination, min(day) AS first_day, max(next_day) AS last_day FROM runs GROUP BY rule, destination, run
), near AS (
    SELECT DISTINCT rule, destination, matches.people, person, opens, closes
    FROM matches JOIN busy USING (rule, destination) WHERE opens < last_day AND closes >= first_day
), reach AS (
    SELECT *, max(closes) OVER (PARTITION BY rule, destination, person ORDER BY opens, closes
                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM near
), islands AS (
    SELECT *, sum(CASE WHEN opens > reached THEN 1 ELSE 0 END)
              OVER (PARTITION BY rule, destination, person ORDER BY opens, closes ROWS UNBOUNDED PRECEDING) AS island
    FROM reach
), stretches AS (
    SELECT rule, destination, any_value(people) AS people, min(opens) AS opens, max(closes) AS closes
    FROM islands GROUP BY rule, destination, person, island
), steps AS (
    SELECT rule, destination, any_value(people) AS people, day, sum(step) AS step FROM (
        SELECT rule, destination, people, opens AS day, 1 AS step FROM stretches
        UNION ALL SELECT rule, destination, people, closes, -1 FROM stretches)
    GROUP BY rule, destination, day
), counts AS (
    SELECT *, sum(step) OVER of_group AS count, lead(day) OVER of_group AS next_day
    FROM steps WINDOW of_group AS (PARTITION BY rule, destination ORDER BY day)
), turns AS (
    SELECT *, count >= people AND NOT lag(count >= people, 1, false) OVER (PARTITION BY rule, destination ORDER BY day) AS begins
    FROM counts
), numbered AS (
    SELECT *, sum(CASE WHEN begins THEN 1 ELSE 0 END)
              OVER (PARTITION BY rule, destination ORDER BY day ROWS UNBOUNDED PRECEDING) AS episode
    FROM turns
)
SELECT rule, destination, min(day) AS opens, max(next_day) AS closes, CAST(max(count) AS BIGINT) AS peak
FROM numbered WHERE count >= people
GROUP BY rule, destination, episode
ORDER BY rule || ' ' || destination || ' ' || min(day);

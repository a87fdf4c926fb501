-- sweep.sql, one row per episode: a maximal stretch of days on which a group's distinct people, as known on known_on, are at least as many as its rule asks.
CREATE OR REPLACE TEMP MACRO counts_from(counts, certain_from, possible_from) AS
    CASE counts WHEN 'certain' THEN certain_from ELSE possible_from END;
CREATE OR REPLACE TEMP MACRO counts_until(counts, certain_until, possible_until) AS
    coalesce(CASE counts WHEN 'certain' THEN certain_until ELSE possible_until END, DATE '9999-12-31');
-- Sorting every day of every group is what costs; first the stretches of 32 days on which there may be enough people.
CREATE OR REPLACE TEMP MACRO stretch_of(day) AS (day - DATE '1970-01-01') // 32;
CREATE OR REPLACE TEMP TABLE busy AS
WITH counting AS NOT MATERIALIZED (
    SELECT touched.rule, touched.grouping, touched.known_on,
           stretch_of(counts_from(rules.counts, certain_from, possible_from)) AS opens,
           stretch_of(counts_until(rules.counts, certain_until, possible_until)) AS closes
    FROM touched JOIN matches USING (rule, grouping) JOIN moves USING (version) JOIN rules USING (rule)
    WHERE moves.known_from <= touched.known_on AND (moves.known_until IS NULL OR moves.known_until > touched.known_on)
      AND matches.counted AND counts_from(rules.counts, certain_from, possible_from) IS NOT NULL
), changes AS (
    SELECT rule, grouping, known_on, stretch, sum(opened) AS opened, sum(closed) AS closed FROM (
        SELECT rule, grouping, known_on, opens AS stretch, 1 AS opened, 0 AS closed FROM counting
        UNION ALL SELECT rule, grouping, known_on, closes, 0, 1 FROM counting)
    GROUP BY ALL
), bounds AS (
    -- No more people count on any day from this stretch until the next.
    SELECT rule, grouping, known_on, stretch, coalesce(lead(stretch) OVER of_group, stretch + 1) AS next_stretch,
           sum(opened - closed) OVER of_group + closed AS most
    FROM changes WINDOW of_group AS (PARTITION BY rule, grouping, known_on ORDER BY stretch)
)
SELECT rule, grouping, known_on, stretch, next_stretch, rules.people
FROM bounds JOIN rules USING (rule) WHERE most >= rules.people;

CREATE OR REPLACE TEMP TABLE stretches AS
-- one row per person and unbroken stretch of days on which one move or another of theirs counts
WITH near AS (
    SELECT DISTINCT busy.rule, busy.grouping, busy.known_on, matches.person, matches.version,
           counts_from(rules.counts, certain_from, possible_from) AS opens,
           counts_until(rules.counts, certain_until, possible_until) AS closes
    FROM busy JOIN matches USING (rule, grouping) JOIN moves USING (version) JOIN rules USING (rule)
    WHERE moves.known_from <= busy.known_on AND (moves.known_until IS NULL OR moves.known_until > busy.known_on)
      AND matches.counted
      AND stretch_of(counts_from(rules.counts, certain_from, possible_from)) < busy.next_stretch
      AND stretch_of(counts_until(rules.counts, certain_until, possible_until)) >= busy.stretch
), reach AS (
    SELECT rule, grouping, known_on, person, opens, closes,
           max(closes) OVER (PARTITION BY rule, grouping, known_on, person ORDER BY opens, closes
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM near
), islands AS (
    SELECT *, sum(CASE WHEN opens > reached THEN 1 ELSE 0 END)
              OVER (PARTITION BY rule, grouping, known_on, person ORDER BY opens, closes ROWS UNBOUNDED PRECEDING) AS island
    FROM reach
)
SELECT rule, grouping, known_on, person, min(opens) AS opens, max(closes) AS closes
FROM islands GROUP BY rule, grouping, known_on, person, island;

CREATE OR REPLACE TEMP TABLE episodes AS
WITH steps AS (
    SELECT rule, grouping, known_on, day, sum(step) AS step FROM (
        SELECT rule, grouping, known_on, opens AS day, 1 AS step FROM stretches
        UNION ALL SELECT rule, grouping, known_on, closes, -1 FROM stretches)
    GROUP BY ALL
), counts AS (
    SELECT *, sum(step) OVER of_group AS people, lead(day) OVER of_group AS next_day
    FROM steps WINDOW of_group AS (PARTITION BY rule, grouping, known_on ORDER BY day)
), over_line AS (
    SELECT counts.*, counts.people >= rules.people AS over,
           lag(counts.people >= rules.people, 1, false) OVER (
               PARTITION BY rule, grouping, known_on ORDER BY day) AS was_over
    FROM counts JOIN rules USING (rule)
), numbered AS (
    SELECT *, sum(CASE WHEN over AND NOT was_over THEN 1 ELSE 0 END) OVER (
        PARTITION BY rule, grouping, known_on ORDER BY day ROWS UNBOUNDED PRECEDING) AS episode
    FROM over_line
)
SELECT rule, grouping, known_on, min(day) AS opens, max(next_day) AS closes, CAST(max(people) AS BIGINT) AS peak
FROM numbered WHERE over
GROUP BY rule, grouping, known_on, episode;

-- All that is known of the people of an episode, with those who may count and those left out.
CREATE OR REPLACE TEMP TABLE known AS
SELECT DISTINCT episodes.rule, episodes.grouping, episodes.known_on, matches.person, matches.version, matches.counted,
       matches.certain_from, coalesce(matches.certain_until, DATE '9999-12-31') AS certain_until,
       matches.possible_from, coalesce(matches.possible_until, DATE '9999-12-31') AS possible_until,
       counts_from(rules.counts, certain_from, possible_from) AS opens,
       counts_until(rules.counts, certain_until, possible_until) AS closes
FROM episodes JOIN matches USING (rule, grouping) JOIN moves USING (version) JOIN rules USING (rule)
WHERE moves.known_from <= episodes.known_on AND (moves.known_until IS NULL OR moves.known_until > episodes.known_on)
  AND matches.possible_from < episodes.closes AND coalesce(matches.possible_until, DATE '9999-12-31') > episodes.opens;

-- sweep.sql, one row per stretch of days on which a term of a rule holds for a group, as known on known_on.
CREATE OR REPLACE TEMP TABLE believed AS
SELECT looked_at.rule, looked_at.grouping, looked_at.known_on, sought.term, sought.role, counting.ask, counting.stays, counting.entry,
       counting.person, counting.counted, certain_from, coalesce(certain_until, DATE '9999-12-31') AS certain_until,
       possible_from, coalesce(possible_until, DATE '9999-12-31') AS possible_until
FROM looked_at JOIN sought USING (rule, grouping)
JOIN counting ON counting.ask = sought.ask AND counting.grouping = sought.asked_grouping
WHERE counting.known_from <= looked_at.known_on AND (counting.known_until IS NULL OR counting.known_until > looked_at.known_on);

CREATE OR REPLACE TEMP TABLE steps AS
-- one row per term, group and day on which one of its counts changes
WITH firsts AS (
    SELECT term, grouping, known_on, min(possible_from) + any_value(window_days) AS news_until
    FROM believed JOIN terms USING (term) WHERE terms.first AND counted GROUP BY ALL
), spans AS (
    -- What is counted at another time is shifted: the base of a share, the stock of some days ago.
    SELECT believed.term, believed.grouping, known_on, part, person,
           counted_on(CASE WHEN sure THEN certain_from ELSE possible_from END, later, since, anchor, early) AS opens,
           counted_on(CASE WHEN sure THEN certain_until ELSE possible_until END, later, since, anchor, early) AS closes
    FROM believed JOIN counted_parts USING (term, role)
    WHERE counted AND (NOT sure OR certain_from < certain_until)
), clipped AS (
    SELECT spans.* REPLACE (least(closes, coalesce(news_until, closes)) AS closes)
    FROM spans LEFT JOIN firsts USING (term, grouping, known_on)
), reach AS (
    SELECT *, max(closes) OVER (PARTITION BY term, grouping, known_on, part, person ORDER BY opens, closes
                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM clipped WHERE opens < closes
), islands AS (
    SELECT *, sum(CASE WHEN opens > reached THEN 1 ELSE 0 END) OVER (
        PARTITION BY term, grouping, known_on, part, person ORDER BY opens, closes ROWS UNBOUNDED PRECEDING) AS island
    FROM reach
), stretches AS (
    SELECT term, grouping, known_on, part, min(opens) AS opens, max(closes) AS closes
    FROM islands GROUP BY term, grouping, known_on, part, person, island
), watched AS (
    -- Of the days before the first window was wholly watched nobody can say that few have left.
    SELECT min(observed_on) AS day FROM judged WHERE verdict IN ('accepted', 'baseline')
)
SELECT term, grouping, known_on, day, sum(step) FILTER (part = 'count') AS people, sum(step) FILTER (part = 'most') AS most,
       sum(step) FILTER (part = 'back') AS back, sum(step) FILTER (part = 'base') AS base, bool_or(part = 'watched') AS watched
FROM (SELECT term, grouping, known_on, part, opens AS day, 1 AS step FROM stretches
      UNION ALL SELECT term, grouping, known_on, part, closes, -1 FROM stretches
      UNION ALL SELECT term, grouping, known_on, 'watched', watched.day + coalesce(window_days, 0), 0
      FROM looked_at JOIN terms USING (rule), watched WHERE terms.least = 0 AND watched.day IS NOT NULL)
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE holding AS
WITH counts AS (
    SELECT term, grouping, known_on, day, coalesce(sum(people) OVER of_group, 0) AS people, coalesce(sum(most) OVER of_group, 0) AS most,
           coalesce(sum(back) OVER of_group, 0) AS back, coalesce(sum(base) OVER of_group, 0) AS base,
           coalesce(bool_or(watched) OVER of_group, false) AS watched,
           lead(day, 1, DATE '9999-12-31') OVER of_group AS next_day
    FROM steps WINDOW of_group AS (PARTITION BY term, grouping, known_on ORDER BY day)
), judged_days AS (
    SELECT counts.*, terms.rule,
           CASE WHEN terms.change IS NULL THEN people ELSE counts.base END >= terms.least
           AND (terms.least > 0 OR watched) AND (terms.most IS NULL OR counts.most <= terms.most)
           AND (share IS NULL OR (base > 0 AND people >= share * base))
           AND (net IS NULL OR people - back >= net)
           AND (change IS NULL OR (base > 0 AND CASE WHEN change < 0 THEN people <= (1 + change) * base
                                                     ELSE people >= (1 + change) * base END)) AS holds,
           CASE WHEN net IS NOT NULL THEN people - back ELSE people END AS figure,
           CASE WHEN base > 0 AND share IS NOT NULL THEN people / base
                WHEN base > 0 AND change IS NOT NULL THEN (people - base) / base END AS part
    FROM counts JOIN terms USING (term)
), turns AS (
    SELECT *, holds AND NOT lag(holds, 1, false) OVER of_group AS begins
    FROM judged_days WINDOW of_group AS (PARTITION BY term, grouping, known_on ORDER BY day)
), numbered AS (
    SELECT *, sum(CASE WHEN begins THEN 1 ELSE 0 END) OVER (
        PARTITION BY term, grouping, known_on ORDER BY day ROWS UNBOUNDED PRECEDING) AS number
    FROM turns
)
SELECT rule, term, grouping, known_on, min(day) AS opens, max(next_day) AS closes, CAST(max(figure) AS BIGINT) AS peak,
       arg_max(part, abs(part)) AS part
FROM numbered WHERE holds
GROUP BY rule, term, grouping, known_on, number;

-- one row per episode: of rules with one condition here; monitor/combine.py adds those of the others
CREATE OR REPLACE TEMP TABLE episodes AS
SELECT holding.rule, grouping, known_on, opens, closes, peak, CAST(part AS DOUBLE) AS part
FROM holding JOIN terms USING (term) WHERE terms.alone;

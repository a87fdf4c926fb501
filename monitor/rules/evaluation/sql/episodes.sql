-- One row is an episode: a stretch of days on which a rule holds for a group, as known on known_on. Reads candidate_groups, candidate_windows,
-- conditions, counted_parts, counting_entries and judged. Exists because it is where counts meet thresholds. Rules of several conditions are added by
-- `monitor/rules/evaluation/combine.py`.
CREATE OR REPLACE TEMP TABLE condition_holds AS
WITH believed_counts AS (
    SELECT candidate_windows.candidate_window, candidate_groups.condition, candidate_groups.role, person, counted,
           certain_from, coalesce(certain_until, DATE '9999-12-31') AS certain_until,
           possible_from, coalesce(possible_until, DATE '9999-12-31') AS possible_until
    FROM candidate_windows JOIN candidate_groups USING (rule, grouping)
    JOIN counting_entries USING (query_group)
    WHERE counting_entries.known_from <= candidate_windows.known_on AND (counting_entries.known_until IS NULL OR counting_entries.known_until > candidate_windows.known_on)
), firsts AS (
    SELECT condition, candidate_window, min(possible_from) + any_value(window_days) AS news_until
    FROM believed_counts JOIN conditions USING (condition) WHERE conditions.first AND counted GROUP BY ALL
), spans AS (
    -- What is counted at another time is shifted: the base of a share, the stock of some days ago.
    SELECT candidate_window, believed_counts.condition, number, person,
           counted_on(CASE WHEN sure THEN certain_from ELSE possible_from END, later, since, anchor, early) AS opens,
           counted_on(CASE WHEN sure THEN certain_until ELSE possible_until END, later, since, anchor, early) AS closes
    FROM believed_counts JOIN counted_parts ON counted_parts.condition = believed_counts.condition AND counted_parts.role = believed_counts.role
    WHERE counted AND (NOT sure OR certain_from < certain_until)
), clipped AS (
    SELECT spans.* REPLACE (least(closes, coalesce(news_until, closes)) AS closes)
    FROM spans LEFT JOIN firsts USING (condition, candidate_window)
), reach AS (
    SELECT candidate_window, number, person, opens, closes,
           max(closes) OVER (PARTITION BY candidate_window, number, person ORDER BY opens, closes
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM clipped WHERE opens < closes
), apart AS (
    -- What two stretches of one person have in common counts once: each adds what lies beyond those before it.
    SELECT candidate_window, number, CASE WHEN reached > opens THEN reached ELSE opens END AS opens, closes
    FROM reach WHERE reached IS NULL OR closes > reached
), watched AS (
    -- Of the days before the first window was wholly watched nobody can say that few have left.
    SELECT min(observed_on) AS day FROM judged WHERE verdict IN ('accepted', 'baseline')
), changes AS (
    SELECT candidate_window, number, day, sum(step) AS step FROM (
        SELECT candidate_window, number, opens AS day, 1 AS step FROM apart
        UNION ALL SELECT candidate_window, number, closes, -1 FROM apart)
    GROUP BY ALL
), count_changes AS (
    -- one row per window, condition and day on which a count changes
    SELECT candidate_window, condition, day, sum(step) FILTER (part = 'count') AS people, sum(step) FILTER (part = 'most') AS most,
           sum(step) FILTER (part = 'back') AS back, sum(step) FILTER (part = 'base') AS base, bool_or(part IS NULL) AS watched
    FROM (SELECT candidate_window, counted_parts.condition, part, day, step FROM changes JOIN counted_parts USING (number)
          UNION ALL SELECT candidate_window, condition, NULL, watched.day + coalesce(window_days, 0), 0
          FROM candidate_windows JOIN conditions USING (rule), watched WHERE conditions.least = 0 AND watched.day IS NOT NULL)
    GROUP BY ALL
), counts AS (
    SELECT condition, candidate_window, day, coalesce(sum(people) OVER of_group, 0) AS people, coalesce(sum(most) OVER of_group, 0) AS most,
           coalesce(sum(back) OVER of_group, 0) AS back, coalesce(sum(base) OVER of_group, 0) AS base,
           coalesce(bool_or(watched) OVER of_group, false) AS watched,
           lead(day, 1, DATE '9999-12-31') OVER of_group AS next_day
    FROM count_changes WINDOW of_group AS (PARTITION BY candidate_window, condition ORDER BY day)
), judged_days AS (
    SELECT counts.*,
           CASE WHEN conditions.change IS NULL THEN people ELSE counts.base END >= conditions.least
           AND (conditions.least > 0 OR watched) AND (conditions.most IS NULL OR counts.most <= conditions.most)
           AND (share IS NULL OR (base > 0 AND people >= share * base))
           AND (net IS NULL OR people - back >= net)
           AND (change IS NULL OR (base > 0 AND CASE WHEN change < 0 THEN people <= (1 + change) * base
                                                     ELSE people >= (1 + change) * base END)) AS holds,
           CASE WHEN net IS NOT NULL THEN people - back ELSE people END AS figure,
           CASE WHEN base > 0 AND share IS NOT NULL THEN people / base
                WHEN base > 0 AND change IS NOT NULL THEN (people - base) / base END AS part
    FROM counts JOIN conditions USING (condition)
), turns AS (
    SELECT *, holds AND NOT lag(holds, 1, false) OVER of_group AS begins
    FROM judged_days WINDOW of_group AS (PARTITION BY candidate_window, condition ORDER BY day)
), numbered AS (
    SELECT *, sum(CASE WHEN begins THEN 1 ELSE 0 END) OVER (
        PARTITION BY candidate_window, condition ORDER BY day ROWS UNBOUNDED PRECEDING) AS number
    FROM turns
), held AS (
    SELECT condition, candidate_window, min(day) AS opens, max(next_day) AS closes, CAST(max(figure) AS BIGINT) AS peak,
           first(part ORDER BY abs(part) DESC, day) FILTER (part IS NOT NULL) AS part,
           CAST(first(people ORDER BY abs(part) DESC, day) FILTER (part IS NOT NULL) AS BIGINT) AS headcount,
           CAST(first(base ORDER BY abs(part) DESC, day) FILTER (part IS NOT NULL) AS BIGINT) AS headcount_base
    FROM numbered WHERE holds GROUP BY condition, candidate_window, number
)
SELECT rule, grouping, known_on, condition, opens, closes, peak, part, headcount, headcount_base FROM held JOIN candidate_windows USING (candidate_window);

-- one row per episode: of rules with one condition here; monitor/rules/evaluation/combine.py adds those of the others
CREATE OR REPLACE TEMP TABLE episodes AS
SELECT condition_holds.rule, grouping, known_on, opens, closes, peak, CAST(part AS DOUBLE) AS part, headcount, headcount_base
FROM condition_holds JOIN conditions USING (condition) WHERE conditions.alone;

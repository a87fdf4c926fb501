-- One row is a group of the sweep whose counts are kept: the day of the newest news of it, the steps of its counts as known at the end of $horizon, and between which
-- days alerts may open by time alone. Reads changed_groups, conditions, counted_groups, episodes, group_entries, group_queries and swept_groups. Exists
-- because any threshold can be held against the steps without an evaluation. A step is the first day of a stretch with the numbers of people who count certainly,
-- who may count, and who went the other way where the rule takes them off; the numbers before the first step are 0.
CREATE OR REPLACE TEMP TABLE group_counts AS
WITH entries AS (
    SELECT rule, grouping, role, main, sure, first, window_days, group_entries.*
    FROM counted_groups SEMI JOIN swept_groups USING (rule, grouping) JOIN group_queries USING (rule, grouping) JOIN conditions ON conditions.condition = group_queries.condition
    JOIN group_entries ON group_entries.query_group = group_queries.query_group
    WHERE role <> 'base'
), news AS (
    SELECT rule, grouping, max(CASE WHEN known_until <= $horizon THEN known_until ELSE known_from END) AS known_on
    FROM entries WHERE known_from <= $horizon GROUP BY ALL
), believed AS (
    SELECT * FROM entries WHERE main AND counted AND known_from <= $horizon AND (known_until IS NULL OR known_until > $horizon)
), firsts AS (
    SELECT rule, grouping, min(possible_from) + any_value(window_days) AS news_until FROM believed WHERE first GROUP BY ALL
), spans AS (
    SELECT rule, grouping, person, unnest(CASE WHEN role = 'back' THEN [{'kind': 'back', 'certain': NOT sure}]
                                               ELSE [{'kind': 'certain', 'certain': true}, {'kind': 'possible', 'certain': false}] END, recursive := true),
           certain_from, certain_until, possible_from, possible_until
    FROM believed
), dated AS (
    SELECT rule, grouping, kind, person, CASE WHEN certain THEN certain_from ELSE possible_from END AS opens,
           least(coalesce(CASE WHEN certain THEN certain_until ELSE possible_until END, DATE '9999-12-31'), coalesce(news_until, DATE '9999-12-31')) AS closes
    FROM spans LEFT JOIN firsts USING (rule, grouping)
), reach AS (
    SELECT *, max(closes) OVER (PARTITION BY rule, grouping, kind, person ORDER BY opens, closes ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM dated WHERE opens < closes
), apart AS (
    -- What two stretches of one person have in common counts once: each adds what lies beyond those before it.
    SELECT rule, grouping, kind, CASE WHEN reached > opens THEN reached ELSE opens END AS opens, closes FROM reach WHERE reached IS NULL OR closes > reached
), changes AS (
    SELECT rule, grouping, day, sum(step) FILTER (kind = 'certain') AS certain, sum(step) FILTER (kind = 'possible') AS possible,
           sum(step) FILTER (kind = 'back') AS back
    FROM (SELECT rule, grouping, kind, opens AS day, 1 AS step FROM apart UNION ALL SELECT rule, grouping, kind, closes, -1 FROM apart)
    WHERE day < DATE '9999-12-31' GROUP BY ALL
), running AS (
    SELECT rule, grouping, day, {'day': day, 'certain': CAST(sum(certain) OVER of_group AS INTEGER), 'possible': CAST(sum(possible) OVER of_group AS INTEGER),
                                 'back': CAST(sum(back) OVER of_group AS INTEGER)} AS step
    FROM (SELECT rule, grouping, day, coalesce(certain, 0) AS certain, coalesce(possible, 0) AS possible, coalesce(back, 0) AS back FROM changes)
    WHERE certain <> 0 OR possible <> 0 OR back <> 0 WINDOW of_group AS (PARTITION BY rule, grouping ORDER BY day)
), of_group AS (SELECT rule, grouping, list(step ORDER BY day) AS steps FROM running GROUP BY ALL
), newest AS (SELECT rule, grouping, max(changed_groups.known_on) AS known_on FROM changed_groups SEMI JOIN swept_groups USING (rule, grouping) GROUP BY ALL
), ahead AS (
    -- The newest belief has the episodes that are still to open; what is believed does not change between the newest news and it.
    SELECT rule, grouping, min(opens) AS ahead_from, max(opens) AS ahead_to
    FROM episodes JOIN newest USING (rule, grouping, known_on) JOIN news USING (rule, grouping)
    WHERE rule IN (SELECT rule FROM conditions WHERE restless) AND opens > news.known_on GROUP BY ALL
)
SELECT rule, grouping, news.known_on, coalesce(steps, []) AS steps, ahead_from, ahead_to
FROM news LEFT JOIN of_group USING (rule, grouping) LEFT JOIN ahead USING (rule, grouping);

-- One row is a belief about a group, and a stay of a person at a place whose headcount a rule watches, with the days on which the person counts as
-- one who left (a fall) or came (a rise). Reads candidate_groups, conditions, counting_entries and episodes. Exists because a rule on `change` names
-- those who made the change. They were there one window ago and are there no longer, or the other way round. Those who stayed are no news. A day is
-- certain only if both ends of it are.
CREATE OR REPLACE TEMP TABLE headcount_changes AS
WITH believed AS (
    SELECT beliefs.rule, beliefs.grouping, beliefs.known_on, conditions.condition, conditions.sure, conditions.change < 0 AS falls, window_days,
           candidate_groups.role, is_presence, entry, person, counted,
           certain_from, coalesce(certain_until, DATE '9999-12-31') AS certain_until,
           possible_from, coalesce(possible_until, DATE '9999-12-31') AS possible_until
    FROM (SELECT DISTINCT rule, grouping, known_on FROM episodes) AS beliefs
    JOIN candidate_groups USING (rule, grouping) JOIN conditions ON conditions.condition = candidate_groups.condition
    JOIN counting_entries USING (query_group)
    WHERE conditions.change IS NOT NULL AND conditions.lists_people AND candidate_groups.role = 'count'
      AND counting_entries.known_from <= beliefs.known_on AND (counting_entries.known_until IS NULL OR counting_entries.known_until > beliefs.known_on)
), shifted AS (
    SELECT *, least(certain_from, DATE '9999-12-31' - window_days) + window_days AS later_certain_from,
           least(certain_until, DATE '9999-12-31' - window_days) + window_days AS later_certain_until,
           least(possible_from, DATE '9999-12-31' - window_days) + window_days AS later_possible_from,
           least(possible_until, DATE '9999-12-31' - window_days) + window_days AS later_possible_until
    FROM believed
), wanted AS (
    -- Of a fall: was there one window ago. Of a rise: is there. For certain, and at most.
    SELECT *, unnest([struct_pack(certain := true, begins := CASE WHEN falls THEN later_certain_from ELSE certain_from END,
                                  ends := CASE WHEN falls THEN later_certain_until ELSE certain_until END),
                      struct_pack(certain := false, begins := CASE WHEN falls THEN later_possible_from ELSE possible_from END,
                                  ends := CASE WHEN falls THEN later_possible_until ELSE possible_until END)], recursive := true)
    FROM shifted
), unwanted AS (
    -- Of a fall: is there. Of a rise: was there one window ago. What is certain must not be possible otherwise.
    SELECT rule, grouping, known_on, condition, person,
           unnest([struct_pack(certain := true, begins := CASE WHEN falls THEN possible_from ELSE later_possible_from END,
                               ends := CASE WHEN falls THEN possible_until ELSE later_possible_until END),
                   struct_pack(certain := false, begins := CASE WHEN falls THEN certain_from ELSE later_certain_from END,
                               ends := CASE WHEN falls THEN certain_until ELSE later_certain_until END)], recursive := true)
    FROM shifted WHERE counted
), reach AS (
    SELECT rule, grouping, known_on, condition, person, certain, begins, ends,
           max(ends) OVER (PARTITION BY rule, grouping, known_on, condition, person, certain ORDER BY begins, ends
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM unwanted WHERE begins < ends
), gaps AS (
    SELECT rule, grouping, known_on, condition, person, certain, coalesce(reached, DATE '-infinity') AS begins, begins AS ends
    FROM reach WHERE reached IS NULL OR reached < begins
    UNION ALL
    SELECT rule, grouping, known_on, condition, person, certain, max(ends), DATE 'infinity' FROM reach GROUP BY ALL
), pieces AS (
    SELECT wanted.* REPLACE (greatest(wanted.begins, coalesce(gaps.begins, DATE '-infinity')) AS begins,
                             least(wanted.ends, coalesce(gaps.ends, DATE 'infinity')) AS ends)
    FROM wanted LEFT JOIN gaps USING (rule, grouping, known_on, condition, person, certain)
    WHERE wanted.begins < wanted.ends AND greatest(wanted.begins, coalesce(gaps.begins, DATE '-infinity')) < least(wanted.ends, coalesce(gaps.ends, DATE 'infinity'))
), spans AS (
    -- Each certain stretch lies in one possible stretch of the same stay.
    SELECT most.rule, most.grouping, most.known_on, most.is_presence, most.entry, most.person, most.counted, most.role, most.sure, most.falls,
           least.begins AS certain_from, coalesce(least.ends, DATE '9999-12-31') AS certain_until, most.begins AS possible_from, most.ends AS possible_until
    FROM pieces AS most LEFT JOIN pieces AS least
      ON least.certain AND least.rule = most.rule AND least.grouping = most.grouping AND least.known_on = most.known_on AND least.condition = most.condition
     AND least.is_presence = most.is_presence AND least.entry = most.entry AND least.begins >= most.begins AND least.ends <= most.ends
    -- Who was there at first sight may have come at any time, or have always been there: no news.
    WHERE NOT most.certain AND (most.falls OR NOT most.sure OR least.begins IS NOT NULL OR most.possible_from > DATE '0001-01-01')
)
SELECT rule, grouping, known_on, is_presence, entry, person, counted, role, certain_from, certain_until, possible_from, possible_until,
       CASE WHEN sure THEN certain_from ELSE possible_from END AS opens, CASE WHEN sure THEN certain_until ELSE possible_until END AS closes,
       CASE WHEN falls THEN 'left' ELSE 'came' END AS change
FROM spans;

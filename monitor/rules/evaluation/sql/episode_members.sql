-- One row is an episode and a move or presence of a person that fits its group at the time, with those who may count and those left out. Reads
-- candidate_groups, conditions, counting_entries, episodes and headcount_changes. Exists because it is the one answer to who is in an alert. `change`
-- says of a changed headcount whether the person left or came, and is NULL everywhere else.
CREATE OR REPLACE TEMP TABLE episode_members AS
SELECT DISTINCT episodes.rule, episodes.grouping, episodes.known_on, counting_entries.is_presence, counting_entries.entry, counting_entries.person, counting_entries.counted,
       candidate_groups.role, certain_from, coalesce(certain_until, DATE '9999-12-31') AS certain_until,
       possible_from, coalesce(possible_until, DATE '9999-12-31') AS possible_until,
       CASE WHEN conditions.sure THEN certain_from ELSE possible_from END AS opens,
       CASE WHEN conditions.sure THEN coalesce(counting_entries.certain_until, DATE '9999-12-31')
            ELSE coalesce(counting_entries.possible_until, DATE '9999-12-31') END AS closes,
       CAST(NULL AS VARCHAR) AS change
FROM episodes JOIN candidate_groups USING (rule, grouping) JOIN conditions ON conditions.condition = candidate_groups.condition
JOIN counting_entries USING (query_group)
WHERE conditions.lists_people AND conditions.change IS NULL AND candidate_groups.role <> 'base'
  AND counting_entries.known_from <= episodes.known_on AND (counting_entries.known_until IS NULL OR counting_entries.known_until > episodes.known_on)
  AND counting_entries.possible_from < episodes.closes
  AND coalesce(counting_entries.possible_until, DATE '9999-12-31') > episodes.opens
UNION ALL
SELECT DISTINCT headcount_changes.*
FROM headcount_changes JOIN episodes USING (rule, grouping, known_on)
WHERE possible_from < episodes.closes AND possible_until > episodes.opens;

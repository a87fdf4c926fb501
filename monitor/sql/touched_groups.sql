-- touched_groups.sql, one row per rule, group and day of news, for the groups that have an episode on some day or an alert already.
SELECT rule, grouping, known_on FROM touched
WHERE (rule, grouping) IN (SELECT (rule, grouping) FROM episodes)
   OR (rule, grouping) IN (SELECT (rule, grouping) FROM alerted)
ORDER BY rule, grouping, known_on;

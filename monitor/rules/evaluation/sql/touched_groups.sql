-- touched_groups.sql, one row per rule, group and day of news, of the groups in a portion.
SELECT rule, grouping, known_on FROM touched JOIN portions USING (rule, grouping) WHERE portion = $portion
ORDER BY rule, grouping, known_on;

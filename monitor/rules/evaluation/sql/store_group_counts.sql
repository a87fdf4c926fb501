-- Writes rule_counts, one row per group of the sweep whose counts were made again, in the place of its row before. Reads counted_groups, group_counts and
-- swept_groups. Exists because only the groups with news are written. A group that nobody fits any more has no row.
DELETE FROM rule_counts WHERE (rule, grouping) IN (SELECT (rule, grouping) FROM counted_groups SEMI JOIN swept_groups USING (rule, grouping));
INSERT INTO rule_counts SELECT rule, grouping, known_on, steps, ahead_from, ahead_to FROM group_counts;

-- changed_groups_of_chunk.sql, one row per rule, group and day of news, of the groups in a portion.
SELECT rule, grouping, known_on FROM changed_groups JOIN group_chunks USING (rule, grouping) WHERE chunk = $chunk
ORDER BY rule, grouping, known_on;

-- One row is a rule, group and day on which something new became known, of the groups in a chunk. Reads changed_groups and group_chunks. Exists because
-- `evaluate()` reads one chunk at a time.
SELECT rule, grouping, known_on FROM changed_groups JOIN group_chunks USING (rule, grouping) WHERE chunk = $chunk
ORDER BY rule, grouping, known_on;

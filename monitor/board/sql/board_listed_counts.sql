-- One row is a group of a rule with the steps of its counts, of one $grouping if it is given, those with the highest counts first. Reads board_counts.
-- Exists because any threshold can be held against the steps.
SELECT grouping, known_on, peak, possible, steps FROM board_counts
WHERE rule = $rule AND ($grouping IS NULL OR grouping = $grouping)
ORDER BY CASE WHEN $sure THEN peak ELSE possible END DESC, grouping
LIMIT $most;

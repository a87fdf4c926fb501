-- One row is a group of a rule with the steps of its counts, of one $grouping if it is given, those with the highest counts first. Reads board_counts.
-- Exists because any threshold can be held against the steps.
-- The highest are found in an index, and the steps of those alone are read.
WITH highest AS (
    SELECT digest FROM board_counts WHERE $grouping IS NOT NULL AND rule = $rule AND grouping = $grouping
    UNION ALL
    SELECT digest FROM (
        SELECT digest FROM board_counts WHERE $grouping IS NULL AND $sure AND rule = $rule ORDER BY peak DESC, grouping LIMIT $most
    )
    UNION ALL
    SELECT digest FROM (
        SELECT digest FROM board_counts WHERE $grouping IS NULL AND NOT $sure AND rule = $rule ORDER BY possible DESC, grouping LIMIT $most
    )
)
SELECT grouping, known_on, peak, possible, steps FROM board_counts WHERE digest IN (SELECT digest FROM highest)
ORDER BY CASE WHEN $sure THEN peak ELSE possible END DESC, grouping
LIMIT $most;

-- One row is a group of a rule with the steps of its counts, of one $grouping if it is given, those with the highest counts first. Reads counted_rules
-- and rule_counts. Exists because any threshold can be held against the steps; `board_listed_counts` has the same of the read model.
WITH highest AS (
    SELECT grouping, known_on, coalesce(list_max(list_transform(steps, LAMBDA step: step.certain)), 0) AS peak,
           coalesce(list_max(list_transform(steps, LAMBDA step: step.possible)), 0) AS possible, CAST(to_json(steps) AS VARCHAR) AS steps
    FROM rule_counts SEMI JOIN counted_rules USING (rule)
    WHERE rule = $rule AND ($grouping IS NULL OR grouping = $grouping)
)
SELECT * FROM highest ORDER BY CASE WHEN $sure THEN peak ELSE possible END DESC, grouping LIMIT $most;

-- One row is a rule whose counts are whole, and a group of it, with the steps of its counts as JSON, the highest numbers that count certainly and at
-- most, and a hash of it all. Reads counted_rules and rule_counts. Exists because the read model has them.
SELECT CAST(hash(rule, grouping, known_on, steps) >> 1 AS BIGINT) AS digest, rule, grouping, CAST(known_on AS VARCHAR) AS known_on,
       coalesce(list_max(list_transform(steps, LAMBDA step: step.certain)), 0) AS peak,
       coalesce(list_max(list_transform(steps, LAMBDA step: step.possible)), 0) AS possible, CAST(to_json(steps) AS VARCHAR) AS steps
FROM rule_counts SEMI JOIN counted_rules USING (rule);

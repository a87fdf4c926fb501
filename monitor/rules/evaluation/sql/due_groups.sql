-- One row is a group that is looked at again though nothing new may be known of it: an alert may open in it by time alone up to $horizon, or what was
-- known of it from its rule's first day on may be known no longer. Reads conditions and rule_counts. Exists because no other group of a rule that time
-- alone may change has to be met each day.
CREATE OR REPLACE TEMP TABLE due_groups AS
SELECT rule_counts.rule, grouping
FROM rule_counts JOIN (SELECT rule, min(since) AS since, bool_or(restless) AS restless FROM conditions WHERE kept GROUP BY rule) AS evaluating USING (rule)
WHERE known_on >= evaluating.since OR (restless AND ahead_from <= $horizon AND ahead_to > evaluating.since);

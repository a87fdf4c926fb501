-- One row is a rule, group and day on which something new became known of the group, from the rule's first day to evaluate up to $horizon. Reads
-- conditions, due_groups, matching_entries, matching_unit_pairs, moves, presences, queries, query_groups and unit_pair_changes. Exists because a group is counted
-- only on days on which its counts may differ.
CREATE OR REPLACE TEMP TABLE changed_query_groups AS
WITH first_day AS (SELECT min(since) AS day FROM conditions
), versions AS (
    SELECT query_group, known_from, known_until FROM matching_entries JOIN moves ON version = entry WHERE NOT is_presence
    UNION ALL SELECT query_group, known_from, known_until FROM matching_entries JOIN presences USING (entry) WHERE matching_entries.is_presence
)
SELECT DISTINCT query_group, known_on FROM matching_unit_pairs JOIN unit_pair_changes USING (is_presence, unit_pair)
UNION SELECT query_group, known_from FROM versions, first_day WHERE known_from BETWEEN first_day.day AND $horizon
UNION SELECT query_group, known_until FROM versions, first_day WHERE known_until BETWEEN first_day.day AND $horizon;
-- A base is shared by the groups that have its values in common.
CREATE OR REPLACE TEMP TABLE rule_groups AS
SELECT DISTINCT rule, grouping FROM query_groups JOIN queries USING (query) WHERE role <> 'base';
CREATE OR REPLACE TEMP TABLE group_queries AS
WITH shared AS (
    SELECT rule_groups.rule, rule_groups.grouping, queries.query, queries.condition, queries.role,
           CASE WHEN queries.role = 'base' AND len(base_slots) < len(string_split(rule_groups.grouping, chr(31)))
                THEN array_to_string(list_transform(base_slots, LAMBDA place: string_split(rule_groups.grouping, chr(31))[place]), chr(31))
                ELSE rule_groups.grouping END AS query_grouping
    FROM rule_groups JOIN queries USING (rule) JOIN conditions ON conditions.condition = queries.condition
)
SELECT rule, shared.grouping, query, condition, role, query_group
FROM shared JOIN query_groups USING (query) WHERE query_groups.grouping = query_grouping;
CREATE OR REPLACE TEMP TABLE changed_groups AS
SELECT DISTINCT group_queries.rule, grouping, known_on
FROM changed_query_groups JOIN group_queries USING (query_group)
JOIN (SELECT rule, min(since) AS since FROM conditions GROUP BY rule) AS evaluating ON evaluating.rule = group_queries.rule
WHERE known_on >= evaluating.since
UNION
-- By the passing of time alone something may begin in these: where the stored counts do not know in which, in any group of the rule.
SELECT rule_groups.rule, rule_groups.grouping, evaluating.since
FROM rule_groups JOIN (SELECT rule, min(since) AS since, bool_and(kept) AS kept FROM conditions WHERE restless GROUP BY rule) AS evaluating USING (rule)
WHERE evaluating.since > DATE '0001-01-01' AND (NOT kept OR (rule_groups.rule, rule_groups.grouping) IN (SELECT (rule, grouping) FROM due_groups));

-- One row is a rule and the values of a group of which something became known, in the order of the rule's grouping; NULL stands for any value. Reads
-- changed_query_groups, conditions, due_groups, queries and query_groups. Exists because only these groups are evaluated again. A base that changed
-- touches every group that shares it. What may begin by time alone touches the groups of which it is known ahead, and every group of its rule where
-- the stored counts do not know.
CREATE OR REPLACE TEMP TABLE touched_groups AS
WITH width AS (SELECT rule, max(len(slots)) AS width FROM queries WHERE role = 'count' GROUP BY rule
), changed AS (
    SELECT DISTINCT queries.rule, queries.role, base_slots, width, CASE WHEN width = 0 THEN [] ELSE string_split(query_groups.grouping, chr(31)) END AS parts
    FROM changed_query_groups JOIN query_groups USING (query_group) JOIN queries USING (query) JOIN conditions USING (condition)
    JOIN width ON width.rule = queries.rule
)
SELECT rule, CASE WHEN role = 'base' THEN list_transform(range(1, width + 1), LAMBDA place: parts[list_position(base_slots, place)]) ELSE parts END AS parts FROM changed
UNION
SELECT rule, list_transform(range(1, width + 1), LAMBDA place: CAST(NULL AS VARCHAR))
FROM width WHERE rule IN (SELECT rule FROM conditions WHERE restless AND NOT kept AND since > DATE '0001-01-01')
UNION
SELECT rule, CASE WHEN width = 0 THEN [] ELSE string_split(grouping, chr(31)) END FROM due_groups JOIN width USING (rule);
-- Rules without news are not asked at all.
SELECT DISTINCT rule FROM touched_groups ORDER BY rule;

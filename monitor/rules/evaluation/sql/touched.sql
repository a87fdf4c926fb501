-- touched.sql, one row per rule, group and day on which something new became known of the group, from the rule's first day to evaluate up to $horizon.
CREATE OR REPLACE TEMP TABLE touched_asked AS
WITH first_day AS (SELECT min(since) AS day FROM terms
), versions AS (
    SELECT asked_group, known_from, known_until FROM fitting_entries JOIN moves ON version = entry WHERE NOT stays
    UNION ALL SELECT asked_group, known_from, known_until FROM fitting_entries JOIN stays USING (entry) WHERE fitting_entries.stays
)
SELECT DISTINCT asked_group, known_on FROM fitting_ways JOIN news USING (stays, way)
UNION SELECT asked_group, known_from FROM versions, first_day WHERE known_from BETWEEN first_day.day AND $horizon
UNION SELECT asked_group, known_until FROM versions, first_day WHERE known_until BETWEEN first_day.day AND $horizon;
-- A base is shared by the groups that have its values in common.
CREATE OR REPLACE TEMP TABLE groups AS
SELECT DISTINCT rule, grouping FROM asked_groups JOIN asks USING (ask) WHERE role <> 'base';
CREATE OR REPLACE TEMP TABLE group_asks AS
WITH shared AS (
    SELECT groups.rule, groups.grouping, asks.ask, asks.term, asks.role,
           CASE WHEN asks.role = 'base' AND len(base_slots) < len(string_split(groups.grouping, chr(31)))
                THEN array_to_string(list_transform(base_slots, lambda place : string_split(groups.grouping, chr(31))[place]), chr(31))
                ELSE groups.grouping END AS asked_grouping
    FROM groups JOIN asks USING (rule) JOIN terms ON terms.term = asks.term
)
SELECT rule, shared.grouping, ask, term, role, asked_group
FROM shared JOIN asked_groups USING (ask) WHERE asked_groups.grouping = asked_grouping;
CREATE OR REPLACE TEMP TABLE touched AS
SELECT DISTINCT group_asks.rule, grouping, known_on
FROM touched_asked JOIN group_asks USING (asked_group)
JOIN (SELECT rule, min(since) AS since FROM terms GROUP BY rule) AS evaluating ON evaluating.rule = group_asks.rule
WHERE known_on >= evaluating.since
UNION
-- By the passing of time alone something may begin in any group of these.
SELECT groups.rule, groups.grouping, evaluating.since
FROM groups JOIN (SELECT rule, min(since) AS since FROM terms WHERE restless GROUP BY rule) AS evaluating USING (rule)
WHERE evaluating.since > DATE '0001-01-01';

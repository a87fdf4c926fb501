-- touched.sql, one row per rule, group and day on which something new became known of the group, from the rule's first day to evaluate up to $horizon.
CREATE OR REPLACE TEMP TABLE touched_asks AS
WITH first_day AS (SELECT min(since) AS day FROM terms
), news AS (
    SELECT false AS stays, version AS entry, known_from, known_until FROM moves
    UNION ALL SELECT true, entry, known_from, known_until FROM stays
), days AS (
    SELECT stays, entry, known_from AS known_on FROM news, first_day WHERE known_from >= first_day.day AND known_from <= $horizon
    UNION ALL
    SELECT stays, entry, known_until FROM news, first_day WHERE known_until >= first_day.day AND known_until <= $horizon
), ways_of_days AS (
    SELECT DISTINCT false AS stays, way, known_on FROM days JOIN entries USING (entry) WHERE NOT days.stays
    UNION ALL SELECT DISTINCT true, way, known_on FROM days JOIN stays USING (entry) WHERE days.stays
)
SELECT DISTINCT rule, ask, grouping, known_on FROM fitting_ways JOIN ways_of_days USING (stays, way) WHERE by_way
UNION
SELECT DISTINCT rule, ask, grouping, known_on FROM fitting_entries JOIN days USING (stays, entry);
-- A base is shared by the groups that have its values in common.
CREATE OR REPLACE TEMP TABLE groups AS
SELECT DISTINCT rule, grouping FROM (
    SELECT rule, ask, grouping FROM fitting_ways WHERE by_way UNION ALL SELECT rule, ask, grouping FROM fitting_entries) AS fitting
JOIN (SELECT ask FROM asks WHERE role <> 'base') AS naming USING (ask) WHERE grouping IS NOT NULL;
CREATE OR REPLACE TEMP TABLE group_asks AS
SELECT groups.rule, groups.grouping, asks.ask, asks.term, asks.role,
       CASE WHEN asks.role = 'base' AND len(base_slots) < len(string_split(groups.grouping, chr(31)))
            THEN array_to_string(list_transform(base_slots, lambda place : string_split(groups.grouping, chr(31))[place]), chr(31))
            ELSE groups.grouping END AS asked_grouping
FROM groups JOIN asks USING (rule) JOIN terms ON terms.term = asks.term;
CREATE OR REPLACE TEMP TABLE touched AS
SELECT DISTINCT group_asks.rule, group_asks.grouping, touched_asks.known_on
FROM touched_asks JOIN group_asks ON group_asks.ask = touched_asks.ask AND group_asks.asked_grouping = touched_asks.grouping
JOIN (SELECT rule, min(since) AS since FROM terms GROUP BY rule) AS evaluating ON evaluating.rule = group_asks.rule
WHERE touched_asks.known_on >= evaluating.since
UNION
-- By the passing of time alone something may begin in any group of these.
SELECT groups.rule, groups.grouping, evaluating.since
FROM groups JOIN (SELECT rule, min(since) AS since FROM terms WHERE restless GROUP BY rule) AS evaluating USING (rule)
WHERE evaluating.since > DATE '0001-01-01';

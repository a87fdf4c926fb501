-- touched.sql, one row per rule, group and day on which something new became known of the group, from the rule's first day to evaluate up to $horizon.
CREATE OR REPLACE TEMP TABLE touched AS
WITH news AS (
    SELECT version, known_from AS known_on FROM moves
    WHERE known_from >= (SELECT min(since) FROM evaluating) AND known_from <= $horizon
    UNION ALL
    SELECT version, known_until FROM moves
    WHERE known_until >= (SELECT min(since) FROM evaluating) AND known_until <= $horizon
)
SELECT DISTINCT matches.rule, matches.grouping, news.known_on
FROM news JOIN matches USING (version) JOIN evaluating ON evaluating.rule = matches.rule
WHERE news.known_on >= evaluating.since;

-- One row is a group that is evaluated closely, that has an alert and news, or whose counts are made again, with the number of its sweep: groups that
-- follow each other, and for which about $most counts are made together, one for each day of news and whoever counts near days with enough. It returns
-- the sweeps. Reads alerted_groups, candidate_groups, changed_groups, counted_groups, group_entries, group_queries and near_entries. Exists because
-- memory stays bounded, whatever the number of groups.
CREATE OR REPLACE TEMP TABLE group_sweeps AS
WITH near AS (SELECT query_group, count(*) AS entries FROM near_entries GROUP BY query_group
), every AS (SELECT query_group, count(*) AS entries FROM group_entries GROUP BY query_group
), believed AS (
    SELECT rule, grouping, sum(coalesce(entries, 0)) AS entries
    FROM candidate_groups LEFT JOIN near USING (query_group) JOIN changed_groups USING (rule, grouping) GROUP BY ALL
    UNION ALL
    SELECT rule, grouping, 0 FROM alerted_groups SEMI JOIN changed_groups USING (rule, grouping)
    UNION ALL
    SELECT rule, grouping, sum(coalesce(entries, 0))
    FROM counted_groups LEFT JOIN group_queries USING (rule, grouping) LEFT JOIN every USING (query_group) GROUP BY ALL
)
SELECT rule, grouping, CAST(sum(sum(entries)) OVER (ORDER BY rule, grouping) // $most AS INTEGER) AS sweep FROM believed GROUP BY rule, grouping;
SELECT DISTINCT sweep FROM group_sweeps ORDER BY sweep;

-- portions.sql, one row per rule and group with news of an episode or an alert, and its portion: groups that follow each other, with about $most people.
CREATE OR REPLACE TEMP TABLE portions AS
WITH news AS (
    SELECT DISTINCT rule, grouping FROM touched
    WHERE (rule, grouping) IN (SELECT (rule, grouping) FROM episodes) OR (rule, grouping) IN (SELECT (rule, grouping) FROM alerted)
), of_group AS (
    SELECT rule, grouping, count(*) AS people FROM known GROUP BY ALL
)
SELECT rule, grouping, CAST(sum(coalesce(people, 0)) OVER (ORDER BY rule, grouping) // $most AS INTEGER) AS portion
FROM news LEFT JOIN of_group USING (rule, grouping);
SELECT DISTINCT portion FROM portions ORDER BY portion;

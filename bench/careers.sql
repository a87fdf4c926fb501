-- careers.sql, a hand-written first import: one row per time at an organisation, then one per move into it, of profiles whose positions are dated.
CREATE TABLE tenures AS
WITH positions AS (
    SELECT id, unnest(positions, recursive := true) FROM read_json('{path}', format = 'newline_delimited')
), dated AS (
    SELECT id, regexp_replace(lower(organization), '[^a-z0-9]', '', 'g') AS root, team, title, location, len(start) AS digits,
           CAST(rpad(start, 10, CASE len(start) WHEN 4 THEN '-01-01' ELSE '-01' END) AS DATE) AS joined_earliest,
           CAST("end" || '-01' AS DATE) AS left_earliest
    FROM positions
), told AS (
    SELECT *, CASE digits WHEN 4 THEN CAST(joined_earliest + INTERVAL 1 YEAR AS DATE) - 1 WHEN 7 THEN last_day(joined_earliest) ELSE joined_earliest END AS joined_latest
    FROM dated
), begun AS (
    SELECT *, root IS DISTINCT FROM lag(root) OVER of_profile AS begins FROM told WINDOW of_profile AS (PARTITION BY id ORDER BY left_earliest NULLS LAST)
), numbered AS (SELECT *, count_if(begins) OVER (PARTITION BY id ORDER BY left_earliest NULLS LAST) AS tenure FROM begun)
SELECT id, tenure, any_value(root) AS root, arg_max(team, joined_latest) AS team, arg_max(title, joined_latest) AS title, arg_max(location, joined_latest) AS location,
       min(joined_earliest) AS joined_earliest, min(joined_latest) AS joined_latest,
       CASE WHEN bool_and(left_earliest IS NOT NULL) THEN max(left_earliest) END AS left_earliest, CASE WHEN bool_and(left_earliest IS NOT NULL) THEN last_day(max(left_earliest)) END AS left_latest
FROM numbered GROUP BY id, tenure;
CREATE TABLE moves AS
SELECT id, lag(root) OVER of_profile AS from_root, coalesce(lag(left_earliest) OVER of_profile, joined_earliest) AS left_earliest,
       coalesce(lag(left_latest) OVER of_profile, joined_latest) AS left_latest,
       root AS to_root, joined_earliest, joined_latest, team, title, location
FROM tenures WINDOW of_profile AS (PARTITION BY id ORDER BY tenure);

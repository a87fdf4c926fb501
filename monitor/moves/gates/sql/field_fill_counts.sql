-- One row is a field with how many of its cells the profiles in both snapshots fill before and now. Reads $before, $after, $before_positions and
-- $after_positions. Exists because a source that loses a column has not lost its people's jobs.
WITH profiles_in_both AS MATERIALIZED (
    SELECT id FROM read_parquet($before) SEMI JOIN (SELECT id FROM read_parquet($after)) USING (id)
),
compared_positions AS (
    SELECT 'before' AS side, * FROM read_parquet($before_positions) WHERE profile IN (SELECT id FROM profiles_in_both)
    UNION ALL
    SELECT 'now', * FROM read_parquet($after_positions) WHERE profile IN (SELECT id FROM profiles_in_both)
),
position_fill_counts AS (
    SELECT side, count(*) AS positions, count(DISTINCT profile) FILTER (organization IS NOT NULL) AS employed, count(organization_id) AS organization_id, count(team) AS team,
           count(title) AS title, count(location) AS location, count(kind) AS kind, count("start") AS "start", count("end") AS "end",
           count(current) AS current, count("primary") AS "primary", count(id) AS id
    FROM compared_positions GROUP BY side
),
profile_fill_counts AS (
    SELECT 'before' AS side, count(name) AS name, count(url) AS url FROM read_parquet($before) WHERE id IN (SELECT id FROM profiles_in_both)
    UNION ALL
    SELECT 'now', count(name), count(url) FROM read_parquet($after) WHERE id IN (SELECT id FROM profiles_in_both)
),
long AS (
    SELECT side, field, cells FROM position_fill_counts UNPIVOT (cells FOR field IN (COLUMNS(* EXCLUDE (side))))
    UNION ALL
    SELECT side, field, cells FROM profile_fill_counts UNPIVOT (cells FOR field IN (COLUMNS(* EXCLUDE (side))))
)
SELECT field, coalesce(max(cells) FILTER (side = 'before'), 0), coalesce(max(cells) FILTER (side = 'now'), 0)
FROM long GROUP BY field ORDER BY field;

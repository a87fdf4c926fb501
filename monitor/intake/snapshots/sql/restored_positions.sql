-- One row is a position of a thinned snapshot, in the order of its profiles. Reads $changed_positions, $base_positions, $changed and $seen. Exists
-- because a thinned snapshot reads like a whole one.
SELECT positions.* FROM (
    FROM read_parquet($changed_positions)
    UNION ALL
    FROM read_parquet($base_positions)
    ANTI JOIN (SELECT id AS profile FROM read_parquet($changed)) USING (profile)) AS positions
JOIN (SELECT id AS profile, line FROM read_parquet($seen)) AS seen USING (profile)
ORDER BY line, ordinal;

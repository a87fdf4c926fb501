-- One row is a profile of a thinned snapshot: from the snapshot itself if it changed, else from $base. Reads $seen, $changed and $base. Exists because a
-- thinned snapshot reads like a whole one.
SELECT profiles.* REPLACE (seen.updated_on AS updated_on, seen.line AS line) FROM (
    FROM read_parquet($changed)
    UNION ALL
    FROM read_parquet($base)
    ANTI JOIN (SELECT id FROM read_parquet($changed)) USING (id)) AS profiles
JOIN read_parquet($seen) AS seen USING (id)
ORDER BY seen.line;

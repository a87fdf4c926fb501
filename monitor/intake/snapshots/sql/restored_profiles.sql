-- One row is a profile of a thinned snapshot: from the snapshot itself if it changed, else from $base. Reads $seen, $changed and $base. Exists because a
-- thinned snapshot reads like a whole one.
SELECT id, name, url, same_as, seen.updated_on, seen.line, content
FROM read_parquet($seen) AS seen JOIN (
    SELECT id, name, url, same_as, content FROM read_parquet($changed)
    UNION ALL
    SELECT id, name, url, same_as, content FROM read_parquet($base)
    ANTI JOIN (SELECT id FROM read_parquet($changed)) USING (id)) USING (id)
ORDER BY line;

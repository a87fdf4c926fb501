-- restored_profiles.sql, one row per profile of a thinned snapshot: what it changed, and of the other, $base, what it did not.
SELECT id, name, url, same_as, seen.updated_on, seen.line, content
FROM read_parquet($seen) AS seen JOIN (
    SELECT id, name, url, same_as, content FROM read_parquet($changed)
    UNION ALL
    SELECT id, name, url, same_as, content FROM read_parquet($base)
    ANTI JOIN (SELECT id FROM read_parquet($changed)) USING (id)) USING (id)
ORDER BY line;

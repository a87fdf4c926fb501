-- thinned_profiles.sql, one row per profile of a snapshot $profiles that reads otherwise than in another, $base, or is not there.
SELECT id, name, url, same_as, updated_on, line, content FROM read_parquet($profiles)
ANTI JOIN (SELECT id, content FROM read_parquet($base)) USING (id, content)
ORDER BY line;

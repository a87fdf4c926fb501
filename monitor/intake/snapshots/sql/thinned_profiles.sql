-- One row is a profile of the snapshot $profiles that $base lacks or has with other content. Reads $profiles and $base. Exists because a thinned
-- snapshot keeps only what changed.
SELECT id, name, url, same_as, updated_on, line, content FROM read_parquet($profiles)
ANTI JOIN (SELECT id, content FROM read_parquet($base)) USING (id, content)
ORDER BY line;

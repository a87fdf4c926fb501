-- One row is a profile of the snapshot $profiles that $base lacks or has with other content. Reads $profiles and $base. Exists because a thinned
-- snapshot keeps only what changed.
SELECT profiles.* FROM read_parquet($profiles) AS profiles
ANTI JOIN (SELECT id, content FROM read_parquet($base)) USING (id, content)
ORDER BY line;

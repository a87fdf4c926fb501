-- One row is a position of the profiles in $changed, as the snapshot has it. Reads $positions and $changed. Exists because a thinned snapshot keeps only
-- what changed.
SELECT positions.* FROM read_parquet($positions) AS positions
JOIN (SELECT id AS profile, line FROM read_parquet($changed)) AS changed USING (profile)
ORDER BY line, ordinal;

-- thinned_positions.sql, one row per position of the profiles in $changed, as the snapshot with $profiles and $positions has them.
SELECT positions.* FROM read_parquet($positions) AS positions
JOIN (SELECT id AS profile, line FROM read_parquet($changed)) AS changed USING (profile)
ORDER BY line, ordinal;

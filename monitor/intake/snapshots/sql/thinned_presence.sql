-- One row is a profile of the snapshot $profiles: its id, its line and what is not content. Reads $profiles. Exists because a thinned snapshot still
-- says who was seen.
SELECT id, line, updated_on FROM read_parquet($profiles) ORDER BY line;

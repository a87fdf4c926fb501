-- One row is a wanted profile of a stored snapshot, with its line in the file that it came from. Reads $profiles. Exists because evidence
-- bundles quote it.
SELECT line, * EXCLUDE (line, content) FROM read_parquet($profiles) WHERE list_contains($wanted, id) ORDER BY line, id;

-- stored_profiles.sql, one row per wanted profile of a stored snapshot, with its line in the file that it came from.
SELECT line, id, name, url, same_as, updated_on FROM read_parquet($profiles) WHERE list_contains($wanted, id) ORDER BY line, id;

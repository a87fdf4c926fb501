-- One row is a position of a wanted profile in a stored snapshot, in the profile's order. Reads $positions. Exists because evidence bundles
-- quote it.
SELECT * EXCLUDE (ordinal)
FROM read_parquet($positions) WHERE list_contains($wanted, profile) ORDER BY profile, ordinal;

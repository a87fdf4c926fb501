-- One row is how many people are counted once whom several profiles show, by likeness alone. Reads clusters. Exists because `status` says how many
-- rest on it.
SELECT count(DISTINCT person) FROM clusters WHERE known_until IS NULL AND reason IS NOT NULL;

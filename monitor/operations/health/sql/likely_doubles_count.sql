-- likely_doubles_count.sql, one row: how many people are counted once whom several profiles show, by likeness alone.
SELECT count(DISTINCT person) FROM clusters WHERE known_until IS NULL AND reason IS NOT NULL;

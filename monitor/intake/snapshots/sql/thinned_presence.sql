-- thinned_presence.sql, one row per profile of a snapshot $profiles: that it was seen, on which line, and what is no content.
SELECT id, line, updated_on FROM read_parquet($profiles) ORDER BY line;

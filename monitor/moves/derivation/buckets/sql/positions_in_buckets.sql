-- One row is a position of a snapshot with the bucket of its profile. Reads $positions. Exists because each bucket reads its own positions alone.
SELECT *, CAST(hash(profile) % CAST($buckets AS UBIGINT) AS INTEGER) AS bucket FROM read_parquet($positions);

-- One row is a profile of a snapshot with its bucket. Reads $profiles. Exists because each bucket reads its own profiles alone.
SELECT *, CAST(hash(id) % CAST($buckets AS UBIGINT) AS INTEGER) AS bucket FROM read_parquet($profiles);

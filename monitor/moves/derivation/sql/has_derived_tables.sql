-- One row says whether there are derived tables. Reads duckdb_tables. Exists because a run that ended before it compared anything leaves none.
SELECT count(*) > 0 FROM duckdb_tables() WHERE table_name = 'facts';

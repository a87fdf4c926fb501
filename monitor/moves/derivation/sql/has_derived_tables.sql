-- has_derived_tables.sql, one row: whether there are derived tables; a run that ended before it compared anything leaves none.
SELECT count(*) > 0 FROM duckdb_tables() WHERE table_name = 'facts';

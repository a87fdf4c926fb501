-- One row is a column of a permanent table. Reads duckdb_columns and duckdb_tables. Exists because a rehearsal compares what two databases can hold.
SELECT table_name, column_name, data_type
FROM duckdb_columns()
WHERE NOT internal AND database_name = current_database()
    AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE NOT temporary)
ORDER BY ALL;

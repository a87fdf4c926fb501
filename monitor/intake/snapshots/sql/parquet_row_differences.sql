-- parquet_row_differences.sql, one row: how many rows of two Parquet files are not in both.
SELECT count(*) FROM (
    (FROM read_parquet($one) EXCEPT ALL FROM read_parquet($other))
    UNION ALL
    (FROM read_parquet($other) EXCEPT ALL FROM read_parquet($one)));

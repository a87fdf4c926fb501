-- One row is the number of rows of two Parquet files that are not in both. Reads $one and $other. Exists because a rewritten snapshot replaces its
-- original only if they are equal.
SELECT count(*) FROM (
    (FROM read_parquet($one) EXCEPT ALL FROM read_parquet($other))
    UNION ALL
    (FROM read_parquet($other) EXCEPT ALL FROM read_parquet($one)));

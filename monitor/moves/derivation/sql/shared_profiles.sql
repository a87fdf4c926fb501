-- shared_profiles.sql, one row: how many profiles of the snapshot $one are in the snapshot $other.
SELECT count(*) FROM (SELECT spelling_of(id) AS id FROM read_parquet($one)) SEMI JOIN (SELECT spelling_of(id) AS id FROM read_parquet($other)) USING (id);

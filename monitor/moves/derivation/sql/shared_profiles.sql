-- One row is how many profiles of the snapshot $one are in the snapshot $other. Reads $one and $other. Exists because snapshots that share next to
-- nothing are not of one source.
SELECT count(*) FROM (SELECT spelling_of(id) AS id FROM read_parquet($one)) SEMI JOIN (SELECT spelling_of(id) AS id FROM read_parquet($other)) USING (id);

-- One row is the count of profiles of the snapshot $before that $after has too, however their ids are written. Reads $before and $after. Exists
-- because a file that keeps few of the people of the one before is perhaps another one, or has other ids.
SELECT count(DISTINCT spelling_of(before.id))
FROM read_parquet($before) AS before
WHERE spelling_of(before.id) IN (SELECT spelling_of(id) FROM read_parquet($after));

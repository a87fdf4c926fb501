-- first_accepted_day.sql, one row: the day of the first snapshot of a source that may speak, or NULL.
SELECT min(observed_on) FROM judged WHERE source = $source AND verdict IN ('accepted', 'baseline');

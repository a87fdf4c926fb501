-- last_accepted_day.sql, one row: the day of the last snapshot of a source that may speak, or NULL.
SELECT max(observed_on) FROM judged WHERE source = $source AND verdict IN ('accepted', 'baseline');

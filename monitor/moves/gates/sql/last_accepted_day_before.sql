-- last_accepted_day_before.sql, one row: the day of the last snapshot of a source before $day that may speak, or NULL.
SELECT max(observed_on) FROM judged
WHERE source = $source AND observed_on < $day AND verdict IN ('accepted', 'baseline');

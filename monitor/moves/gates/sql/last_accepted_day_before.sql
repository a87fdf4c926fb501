-- One row is the day of the last snapshot of a source before $day that may speak, or NULL. Reads judged. Exists because a snapshot is compared with
-- it.
SELECT max(observed_on) FROM judged
WHERE source = $source AND observed_on < $day AND verdict IN ('accepted', 'baseline');

-- One row is the day of the last snapshot of a source that may speak, or NULL. Reads judged. Exists because the next one is compared with it.
SELECT max(observed_on) FROM judged WHERE source = $source AND verdict IN ('accepted', 'baseline');

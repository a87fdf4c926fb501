-- One row is the day of the first snapshot of a source that may speak, or NULL. Reads judged. Exists because a file from before it may not become the
-- baseline.
SELECT min(observed_on) FROM judged WHERE source = $source AND verdict IN ('accepted', 'baseline');

-- One row is the day of the newest accepted snapshot of any source, or NULL. Reads judged. Exists because a replay ends on that day.
SELECT max(observed_on) FROM judged WHERE verdict IN ('accepted', 'baseline');

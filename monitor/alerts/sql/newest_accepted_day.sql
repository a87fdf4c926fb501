-- newest_accepted_day.sql, one row: the day of the newest snapshot of any source that may speak, or NULL.
SELECT max(observed_on) FROM judged WHERE verdict IN ('accepted', 'baseline');

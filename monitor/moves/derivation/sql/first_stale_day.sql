-- first_stale_day.sql, one row: the first day from which on the moves do not yet follow from what profiles tell, or NULL.
SELECT CAST(min(value) AS DATE) FROM facts WHERE name = 'stale_from';

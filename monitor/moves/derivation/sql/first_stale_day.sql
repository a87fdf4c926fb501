-- One row is the first day from which on the moves do not yet follow from what profiles tell, or NULL. Reads facts. Exists because who is who and the
-- moves are settled from that day on.
SELECT CAST(min(value) AS DATE) FROM facts WHERE name = 'stale_from';

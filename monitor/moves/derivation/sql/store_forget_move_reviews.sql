-- store_forget_move_reviews.sql, drops the analysts' judgements, which are put back as they are now; from $since on they were others.
DELETE FROM move_reviews;
INSERT OR REPLACE INTO facts
SELECT 'stale_from', least(CAST(CAST($since AS DATE) AS VARCHAR), (SELECT min(value) FROM facts WHERE name = 'stale_from'));

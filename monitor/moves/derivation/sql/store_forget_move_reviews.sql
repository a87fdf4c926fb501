-- Drops the analysts' reviews of moves, and notes that from $since on they were others. Reads facts. Exists because they are put back as the state
-- database has them now.
DELETE FROM move_reviews;
INSERT OR REPLACE INTO facts
SELECT 'stale_from', least(CAST(CAST($since AS DATE) AS VARCHAR), (SELECT min(value) FROM facts WHERE name = 'stale_from'));

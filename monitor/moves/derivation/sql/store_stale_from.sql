-- Marks that people are settled again from $since on, or from before. Reads facts. Exists because what they rest on changed from that day on.
INSERT OR REPLACE INTO facts
SELECT 'stale_from', least(CAST(CAST($since AS DATE) AS VARCHAR), (SELECT min(value) FROM facts WHERE name = 'stale_from'));

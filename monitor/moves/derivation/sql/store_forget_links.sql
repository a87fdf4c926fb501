-- Deletes the links of numbered profiles, and marks that people are settled again from $since on. Reads facts. Exists because all of these links are
-- written anew where some changed.
DELETE FROM edges WHERE kind = 'erased';
INSERT OR REPLACE INTO facts
SELECT 'stale_from', least(CAST(CAST($since AS DATE) AS VARCHAR), (SELECT min(value) FROM facts WHERE name = 'stale_from'));

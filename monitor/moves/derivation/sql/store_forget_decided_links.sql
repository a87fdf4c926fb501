-- Deletes the links that an operator decided, and marks that people are settled again from the beginning. Reads nothing. Exists because all of these links
-- are written anew where some changed.
DELETE FROM edges WHERE kind = 'decided';
INSERT OR REPLACE INTO facts VALUES ('stale_from', CAST(DATE '0001-01-01' AS VARCHAR));

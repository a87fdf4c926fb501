-- At most one row is the fingerprint of what the derived tables were built from. Reads facts. Exists because tables that were built from something
-- else are built anew.
SELECT value FROM facts WHERE name = 'grounds';

-- derivation_fingerprint.sql, at most one row: the fingerprint of what the derived tables were built from.
SELECT value FROM facts WHERE name = 'grounds';

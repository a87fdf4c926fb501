-- judged_fingerprints.sql, one row per judged snapshot of a source, with what it was judged by.
SELECT observed_on, fingerprint FROM judged WHERE source = $source ORDER BY observed_on;

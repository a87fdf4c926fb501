-- One row is a judged snapshot of a source, with what it was judged by. Reads judged. Exists because comparing goes on at the first snapshot that was
-- judged by something else.
SELECT observed_on, fingerprint FROM judged WHERE source = $source ORDER BY observed_on;

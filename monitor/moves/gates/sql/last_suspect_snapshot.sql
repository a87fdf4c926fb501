-- last_suspect_snapshot.sql, at most one row: the day of the last judged snapshot of a source if it is suspect, and how many in a row agree with it.
-- What was set aside (suspect, and agreeing 0) is passed over.
SELECT observed_on, agreeing FROM judged
WHERE source = $source AND verdict = 'suspect'
  AND observed_on = (SELECT max(observed_on) FROM judged WHERE source = $source AND NOT (verdict = 'suspect' AND agreeing = 0));

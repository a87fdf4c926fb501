-- last_suspect.sql, at most one row: the day of the last judged snapshot of a source if it is suspect, and how many in a row agree with it.
SELECT observed_on, agreeing FROM judged
WHERE source = $source AND verdict = 'suspect'
  AND observed_on = (SELECT max(observed_on) FROM judged WHERE source = $source);

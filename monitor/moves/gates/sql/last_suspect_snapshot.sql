-- At most one row is the last judged snapshot of a source if it is suspect, and how many in a row agree with it. Reads judged. Exists because suspect
-- snapshots that agree become a new baseline. What was set aside (suspect, and agreeing 0) is passed over.
SELECT observed_on, agreeing FROM judged
WHERE source = $source AND verdict = 'suspect'
  AND observed_on = (SELECT max(observed_on) FROM judged WHERE source = $source AND NOT (verdict = 'suspect' AND agreeing = 0));

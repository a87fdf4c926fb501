-- One row is an accepted snapshot before $day with how many known profiles it lacked, of how many, after how many days. Reads judged. Exists because how
-- many may be missing follows from what is usual for the source.
SELECT known, missing, after_days FROM judged
WHERE source = $source AND observed_on < $day AND verdict = 'accepted' AND known > 0 AND after_days > 0 ORDER BY observed_on;

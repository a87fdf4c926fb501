-- One row is an accepted snapshot before $day with how many known profiles it lacked, of how many, after how many days, and how many people were in
-- none of their former places, of how many. Reads judged. Exists because how many may be follows from what is usual for the source.
SELECT known, missing, after_days, coalesce(rewritten, 0) AS rewritten, coalesce(employed, 0) AS employed FROM judged
WHERE source = $source AND observed_on < $day AND verdict = 'accepted' AND known > 0 AND after_days > 0 ORDER BY observed_on;

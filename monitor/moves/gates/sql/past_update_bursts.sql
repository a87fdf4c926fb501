-- past_update_bursts.sql, one row per earlier comparison of a source, in order: undated moves, days since the one before, profiles, profiles filled, and whether it was a backlog.
SELECT undated, days, profiles, filled, backlog FROM judged
WHERE source = $source AND observed_on < $day AND days > 0 ORDER BY observed_on;

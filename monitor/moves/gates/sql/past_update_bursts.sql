-- One row is an earlier comparison of a source, in order: undated moves, days since the one before, profiles, profiles filled, and whether it was a
-- backlog. Reads judged. Exists because a burst is told by what is usual for its source.
SELECT undated, days, profiles, filled, backlog FROM judged
WHERE source = $source AND observed_on < $day AND days > 0 ORDER BY observed_on;

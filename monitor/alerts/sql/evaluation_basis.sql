-- One row is a judged snapshot, a review of a move, or the removal of a source, from whose day on the moves rest on it. Reads judged, move_reviews and
-- removed_sources. Exists because a changed basis says from which day the ledger has to be settled again.
SELECT source, observed_on, substr(md5(fingerprint || verdict), 1, 8) FROM judged
UNION ALL
SELECT concat('move ', move, ' ', coalesce(CAST(known_until AS VARCHAR), '')), known_from, substr(md5(verdict || reason), 1, 8) FROM move_reviews
UNION ALL
SELECT concat('removed ', source), removed_on, '' FROM removed_sources
ORDER BY ALL;

-- new_move_count.sql, one row: how many moves first became known on the given days of a source.
SELECT count(DISTINCT move) FROM moves
WHERE source = $source AND observed_on >= $since AND observed_on <= $until AND known_until IS NULL
  AND (profile_move_ids IS NULL OR profile_move_ids[1] = move);

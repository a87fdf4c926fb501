-- new_on.sql, one row: how many moves first became known on the given days of a source.
SELECT count(DISTINCT move) FROM moves
WHERE source = $source AND observed_on >= $since AND observed_on <= $until AND known_until IS NULL
  AND (told_by IS NULL OR told_by[1] = move);

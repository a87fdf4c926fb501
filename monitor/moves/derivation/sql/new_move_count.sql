-- One row is how many moves first became known on the given days of a source, how many of them a profile told of its past when it was first seen, and
-- of how many people. Reads moves. Exists because `run` says what is new. A history that comes with a new profile is no news, so a run names it by
-- its people.
SELECT count(DISTINCT move), count(DISTINCT move) FILTER (before_on IS NULL), count(DISTINCT person) FILTER (before_on IS NULL)
FROM moves
WHERE source = $source AND observed_on >= $since AND observed_on <= $until AND known_until IS NULL
  AND (profile_move_ids IS NULL OR profile_move_ids[1] = move);

-- One row is a pair of organisations with the distinct people who moved from the first to the second, as `board_found_flows` has it where neither a side nor
-- a team is asked for. Reads board_moves. Exists because most of the moves are read faster by pair than by day.
SELECT from_root, to_root, count(DISTINCT person) AS people, min(joined_earliest) AS first_joined, max(joined_latest) AS last_joined, 0 AS window_days
FROM board_moves
-- The signs keep SQLite from all indexes but that by pair, which needs no sorting.
WHERE status = 'counted'
  AND known_from <= coalesce($known_on, '9999-12-31') AND (known_until IS NULL OR known_until > coalesce($known_on, '9999-12-31'))
  AND ($since IS NULL OR +joined_latest >= $since) AND ($until IS NULL OR joined_earliest <= $until)
  AND ($seen_since IS NULL OR +observed_on >= $seen_since) AND ($seen_until IS NULL OR +observed_on <= $seen_until)
GROUP BY from_root, to_root;

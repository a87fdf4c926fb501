-- One row is a pair of organisations with the distinct people who moved from the first to the second within the filters that are set, the strongest
-- first. Reads board_moves. Exists because a page shows flows that `board_window_flows` does not have.
-- The filters are those of `board_found_moves`, and mean the same.
WITH candidates AS (
    SELECT digest FROM json_each($origins) CROSS JOIN board_moves WHERE from_root = value
    UNION SELECT digest FROM json_each($origins) CROSS JOIN board_moves WHERE from_unit = value
    UNION ALL SELECT digest FROM json_each($destinations) CROSS JOIN board_moves WHERE to_root = value AND $origins IS NULL
    UNION SELECT digest FROM json_each($destinations) CROSS JOIN board_moves WHERE to_unit = value AND $origins IS NULL
    UNION ALL SELECT digest FROM board_moves WHERE $origins IS NULL AND $destinations IS NULL
)
SELECT from_root, to_root, count(DISTINCT person) AS people, min(joined_earliest) AS first_joined, max(joined_latest) AS last_joined
FROM board_moves
WHERE digest IN (SELECT digest FROM candidates)
  AND known_from <= coalesce($known_on, '9999-12-31') AND (known_until IS NULL OR known_until > coalesce($known_on, '9999-12-31'))
  AND status = 'counted'
  AND ($destinations IS NULL OR to_root IN (SELECT value FROM json_each($destinations)) OR to_unit IN (SELECT value FROM json_each($destinations)))
  AND ($since IS NULL OR joined_latest >= $since) AND ($until IS NULL OR joined_earliest <= $until)
  AND ($seen_since IS NULL OR observed_on >= $seen_since) AND ($seen_until IS NULL OR observed_on <= $seen_until)
  AND ($team IS NULL OR lower(from_side ->> 'team') = lower($team) OR lower(to_side ->> 'team') = lower($team))
GROUP BY from_root, to_root
ORDER BY people DESC, from_root IS NULL, from_root, to_root IS NULL, to_root;

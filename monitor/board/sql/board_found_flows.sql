-- One row is a pair of organisations with the distinct people who moved from the first to the second within the filters that are set, as board_flows has
-- them (window_days is 0). Reads board_moves. Exists because a page shows flows that were not published.
-- The filters are those of `board_found_moves`, and mean the same. So are `way`, `candidates` and `plain`, to the letter, which a test checks: a view of
-- SQLite takes no parameters.
WITH way AS (
    -- By which index the rows are found.
    SELECT CASE WHEN $from_root IS NOT NULL THEN 1 WHEN $to_root IS NOT NULL THEN 2 WHEN $origins IS NOT NULL THEN 3 WHEN $destinations IS NOT NULL THEN 4
                WHEN $person IS NOT NULL THEN 5 WHEN $team IS NOT NULL THEN 6 ELSE 7 END AS way
), candidates AS (
    SELECT digest FROM way CROSS JOIN board_moves WHERE way = 1 AND from_root = $from_root
    UNION ALL SELECT digest FROM way CROSS JOIN board_moves WHERE way = 1 AND $from_root = '-' AND from_root IS NULL
    UNION ALL SELECT digest FROM way CROSS JOIN board_moves WHERE way = 2 AND to_root = $to_root
    UNION ALL SELECT digest FROM way CROSS JOIN board_moves WHERE way = 2 AND $to_root = '-' AND to_root IS NULL
    UNION ALL SELECT digest FROM way CROSS JOIN json_each($origins) CROSS JOIN board_moves WHERE way = 3 AND from_root = value
    UNION ALL SELECT digest FROM way CROSS JOIN json_each($origins) CROSS JOIN board_moves WHERE way = 3 AND from_unit = value AND from_unit <> from_root
    UNION ALL SELECT digest FROM way CROSS JOIN json_each($destinations) CROSS JOIN board_moves WHERE way = 4 AND to_root = value
    UNION ALL SELECT digest FROM way CROSS JOIN json_each($destinations) CROSS JOIN board_moves WHERE way = 4 AND to_unit = value AND to_unit <> to_root
    UNION ALL SELECT digest FROM way CROSS JOIN board_moves WHERE way = 5 AND person = $person
    UNION ALL SELECT digest FROM way CROSS JOIN board_moves WHERE way = 5 AND profile IN ($person, substr($person, instr($person, ':') + 1))
    UNION ALL SELECT digest FROM way CROSS JOIN board_moves WHERE way = 5 AND folded_name = lower($person)
    UNION ALL SELECT digest FROM way CROSS JOIN board_moves WHERE way = 6 AND from_team = lower($team)
    UNION ALL SELECT digest FROM way CROSS JOIN board_moves WHERE way = 6 AND to_team = lower($team)
), plain AS NOT MATERIALIZED (
    -- Where neither side, nor a person, nor a team is asked for, all that is asked for stands in the index by day.
    SELECT digest, move, first_id, person, status, from_root, to_root, joined_earliest, joined_latest FROM way CROSS JOIN board_moves
    WHERE way = 7
      AND joined_latest >= coalesce($since, '') AND ($until IS NULL OR joined_earliest <= $until)
      AND known_from <= coalesce($known_on, '9999-12-31') AND (known_until IS NULL OR known_until > coalesce($known_on, '9999-12-31'))
      AND ($seen_since IS NULL OR observed_on >= $seen_since) AND ($seen_until IS NULL OR observed_on <= $seen_until)
), found AS (
    SELECT person, status, from_root, to_root, joined_earliest, joined_latest FROM board_moves
    WHERE digest IN (SELECT digest FROM candidates)
      AND known_from <= coalesce($known_on, '9999-12-31') AND (known_until IS NULL OR known_until > coalesce($known_on, '9999-12-31'))
      AND ($from_root IS NULL OR coalesce(from_root, '-') = $from_root) AND ($to_root IS NULL OR coalesce(to_root, '-') = $to_root)
      AND ($origins IS NULL OR from_root IN (SELECT value FROM json_each($origins)) OR from_unit IN (SELECT value FROM json_each($origins)))
      AND ($destinations IS NULL OR to_root IN (SELECT value FROM json_each($destinations)) OR to_unit IN (SELECT value FROM json_each($destinations)))
      AND ($since IS NULL OR joined_latest >= $since) AND ($until IS NULL OR joined_earliest <= $until)
      AND ($seen_since IS NULL OR observed_on >= $seen_since) AND ($seen_until IS NULL OR observed_on <= $seen_until)
      AND ($team IS NULL OR from_team = lower($team) OR to_team = lower($team))
    UNION ALL
    SELECT person, status, from_root, to_root, joined_earliest, joined_latest FROM plain
)
SELECT from_root, to_root, count(DISTINCT person) AS people, min(joined_earliest) AS first_joined, max(joined_latest) AS last_joined, 0 AS window_days
FROM found
-- The sign keeps SQLite from making an index of its own for each question.
WHERE +status = 'counted'
GROUP BY from_root, to_root;

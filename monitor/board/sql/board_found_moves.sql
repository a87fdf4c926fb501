-- One row is a move as believed on a day (or now) within the filters that are set, the newest first, after the one that $after_day and $after_move name.
-- Reads board_moves. Exists because a page lists the people behind a figure.
-- $origins and $destinations are organisations or their parts; $from_root and $to_root are what a move counts for on a side, `-` for one that nobody
-- knows. The day of a move is the last on which it may have been: $month asks for it. moves_found and people_found count $counted at most.
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
    SELECT digest, move, person, joined_latest FROM board_moves
    WHERE digest IN (SELECT digest FROM candidates)
      AND known_from <= coalesce($known_on, '9999-12-31') AND (known_until IS NULL OR known_until > coalesce($known_on, '9999-12-31'))
      AND status <> 'false' AND (first_id IS NULL OR first_id = move)
      AND ($status IS NULL OR status = $status)
      AND ($from_root IS NULL OR coalesce(from_root, '-') = $from_root) AND ($to_root IS NULL OR coalesce(to_root, '-') = $to_root)
      AND ($origins IS NULL OR from_root IN (SELECT value FROM json_each($origins)) OR from_unit IN (SELECT value FROM json_each($origins)))
      AND ($destinations IS NULL OR to_root IN (SELECT value FROM json_each($destinations)) OR to_unit IN (SELECT value FROM json_each($destinations)))
      AND ($since IS NULL OR joined_latest >= $since) AND ($until IS NULL OR joined_earliest <= $until)
      AND ($month IS NULL OR joined_latest BETWEEN $month || '-01' AND $month || '-31')
      AND ($seen_since IS NULL OR observed_on >= $seen_since) AND ($seen_until IS NULL OR observed_on <= $seen_until)
      AND ($person IS NULL OR profile = $person OR person = $person OR source || ':' || profile = $person OR folded_name = lower($person))
      AND ($team IS NULL OR from_team = lower($team) OR to_team = lower($team))
), shown AS NOT MATERIALIZED (
    SELECT digest, move, person, joined_latest FROM plain
    WHERE status <> 'false' AND (first_id IS NULL OR first_id = move) AND ($status IS NULL OR status = $status)
      AND joined_latest BETWEEN coalesce($month || '-01', '') AND coalesce($month || '-31', '9999-12-31')
), newest AS (
    SELECT move, person FROM found
    UNION ALL
    SELECT move, person FROM (SELECT move, person FROM shown ORDER BY joined_latest DESC, move DESC LIMIT coalesce($counted, -1))
    LIMIT coalesce($counted, -1)
), following AS (
    SELECT digest, move, joined_latest FROM found WHERE $after_day IS NULL OR (joined_latest, move) < ($after_day, $after_move)
    UNION ALL
    SELECT digest, move, joined_latest FROM (
        SELECT digest, move, joined_latest FROM shown WHERE $after_day IS NULL OR (joined_latest, move) < ($after_day, $after_move)
        ORDER BY joined_latest DESC, move DESC LIMIT coalesce($most, -1)
    )
)
SELECT board_moves.move, board_moves.person, profile, name, url, source, from_root, from_side, to_root, to_side,
       left_earliest, left_latest, joined_earliest, board_moves.joined_latest, before_on, observed_on, baseline, status, reason, evidence,
       (SELECT count(*) FROM newest) AS moves_found, (SELECT count(DISTINCT person) FROM newest) AS people_found
FROM (
    SELECT digest, move, joined_latest FROM following ORDER BY joined_latest DESC, move DESC LIMIT coalesce($most, -1)
) AS page JOIN board_moves ON board_moves.digest = page.digest
ORDER BY page.joined_latest DESC, page.move DESC;

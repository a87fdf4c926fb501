-- One row is a move as believed on a day (or now) within the filters that are set, the newest first, after the one that $after_day and $after_move name.
-- Reads board_moves. Exists because a page lists the people behind a figure.
-- $origins and $destinations are organisations or their parts; $unknown_origin and $unknown_destination ask for a side that nobody knows. The day of a
-- move is the last on which it may have been: $month asks for it.
WITH candidates AS (
    SELECT digest FROM json_each($origins) CROSS JOIN board_moves WHERE from_root = value
    UNION SELECT digest FROM json_each($origins) CROSS JOIN board_moves WHERE from_unit = value
    UNION ALL SELECT digest FROM json_each($destinations) CROSS JOIN board_moves WHERE to_root = value AND $origins IS NULL
    UNION SELECT digest FROM json_each($destinations) CROSS JOIN board_moves WHERE to_unit = value AND $origins IS NULL
    UNION ALL SELECT digest FROM board_moves WHERE $origins IS NULL AND $destinations IS NULL
)
SELECT move, person, profile, name, url, source, from_root, from_side, to_root, to_side,
       left_earliest, left_latest, joined_earliest, joined_latest, before_on, observed_on, baseline, status, reason, evidence
FROM board_moves
WHERE digest IN (SELECT digest FROM candidates)
  AND known_from <= coalesce($known_on, '9999-12-31') AND (known_until IS NULL OR known_until > coalesce($known_on, '9999-12-31'))
  AND status <> 'false' AND (first_id IS NULL OR first_id = move)
  AND ($status IS NULL OR status = $status)
  AND ($destinations IS NULL OR to_root IN (SELECT value FROM json_each($destinations)) OR to_unit IN (SELECT value FROM json_each($destinations)))
  AND (NOT $unknown_origin OR from_root IS NULL) AND (NOT $unknown_destination OR to_root IS NULL)
  AND ($since IS NULL OR joined_latest >= $since) AND ($until IS NULL OR joined_earliest <= $until)
  AND ($month IS NULL OR joined_latest BETWEEN $month || '-01' AND $month || '-31')
  AND ($seen_since IS NULL OR observed_on >= $seen_since) AND ($seen_until IS NULL OR observed_on <= $seen_until)
  AND ($person IS NULL OR profile = $person OR person = $person OR source || ':' || profile = $person OR folded_name = lower($person))
  AND ($team IS NULL OR lower(from_side ->> 'team') = lower($team) OR lower(to_side ->> 'team') = lower($team))
  AND ($after_day IS NULL OR (joined_latest, move) < ($after_day, $after_move))
ORDER BY joined_latest DESC, move DESC
LIMIT coalesce($most, -1);

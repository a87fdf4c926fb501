-- One row is a move believed on $day that fits a rule and is in no group, because the value to group by is missing. Reads matching_entries,
-- matching_unit_pairs, move_entries, move_evidence, moves, queries and sides. Exists because `explain` says why it does not count.
WITH matching AS (
    SELECT query, entry FROM matching_unit_pairs JOIN move_entries USING (unit_pair) WHERE NOT is_presence AND query_group IS NULL
    UNION SELECT query, entry FROM matching_entries WHERE NOT is_presence AND query_group IS NULL
)
SELECT DISTINCT ON (person) moves.* EXCLUDE (from_side, to_side) REPLACE (coalesce(profile_move_ids[1], move) AS move), evidence, origin AS from_side, target AS to_side,
       'unassigned' AS role, NULL AS certain_from, NULL AS certain_until, joined_earliest AS possible_from, NULL AS possible_until
FROM matching JOIN queries USING (query) JOIN moves ON moves.version = matching.entry
LEFT JOIN move_evidence USING (version)
LEFT JOIN sides AS origin ON origin.side = moves.from_side
LEFT JOIN sides AS target ON target.side = moves.to_side
WHERE queries.role = 'count' AND moves.known_from <= $day AND (moves.known_until IS NULL OR moves.known_until > $day)
ORDER BY person, joined_earliest, source, profile, move;

-- unassigned.sql, one row per move believed on $day that fits a rule and is in no group, because a value that makes the groups is missing.
WITH fitting AS (
    SELECT ask, entry FROM fitting_ways JOIN entries USING (way) WHERE NOT stays AND asked_group IS NULL
    UNION SELECT ask, entry FROM fitting_entries WHERE NOT stays AND asked_group IS NULL
)
SELECT DISTINCT ON (person) moves.* EXCLUDE (from_side, to_side) REPLACE (coalesce(told_by[1], move) AS move), evidence, origin AS from_side, target AS to_side,
       'unassigned' AS role, NULL AS certain_from, NULL AS certain_until, joined_earliest AS possible_from, NULL AS possible_until
FROM fitting JOIN asks USING (ask) JOIN moves ON moves.version = fitting.entry
LEFT JOIN told_together USING (version)
LEFT JOIN sides AS origin ON origin.side = moves.from_side
LEFT JOIN sides AS target ON target.side = moves.to_side
WHERE asks.role = 'count' AND moves.known_from <= $day AND (moves.known_until IS NULL OR moves.known_until > $day)
ORDER BY person, joined_earliest, source, profile, move;

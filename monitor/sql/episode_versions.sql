-- episode_versions.sql, one row per version of a move that the episodes' people rest on.
SELECT version, move, source, profile, person, moves.name, url, from_root, origin AS from_side, to_root, target AS to_side,
       left_earliest, left_latest, joined_earliest, joined_latest, before_on, observed_on, baseline, status, reason
FROM moves
LEFT JOIN sides AS origin ON origin.side = moves.from_side
LEFT JOIN sides AS target ON target.side = moves.to_side
WHERE version IN (SELECT version FROM known SEMI JOIN episodes USING (rule, grouping, known_on));

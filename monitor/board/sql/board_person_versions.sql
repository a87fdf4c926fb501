-- One row is a version of a move of a person, in the order in which it became known. Reads board_moves. Exists because a person's page shows what was
-- believed when.
SELECT move, person, profile, name, url, source, from_root, from_side, to_root, to_side,
       left_earliest, left_latest, joined_earliest, joined_latest, before_on, observed_on, baseline, status, reason, evidence, known_from, known_until
FROM board_moves
WHERE person IN (SELECT value FROM json_each($keys)) AND (first_id IS NULL OR first_id = move)
ORDER BY known_from, joined_latest, move, known_until IS NULL, known_until;

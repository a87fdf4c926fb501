-- One row is a version of a move with both sides written out, and a hash of it all. Reads move_evidence, moves and sides. Exists because the read
-- model has them.
SELECT CAST(hash(version_of_move) >> 1 AS BIGINT) AS digest, version_of_move.*
FROM (
    SELECT move, source, profile, person, moves.name, lower(moves.name) AS folded_name, url,
           from_root, origin.unit AS from_unit, CAST(to_json(origin) AS VARCHAR) AS from_side,
           to_root, target.unit AS to_unit, CAST(to_json(target) AS VARCHAR) AS to_side,
           CAST(left_earliest AS VARCHAR) AS left_earliest, CAST(left_latest AS VARCHAR) AS left_latest,
           CAST(joined_earliest AS VARCHAR) AS joined_earliest, CAST(joined_latest AS VARCHAR) AS joined_latest,
           CAST(before_on AS VARCHAR) AS before_on, CAST(observed_on AS VARCHAR) AS observed_on, baseline, status, reason,
           profile_move_ids[1] AS first_id, CAST(to_json(evidence) AS VARCHAR) AS evidence,
           CAST(known_from AS VARCHAR) AS known_from, CAST(known_until AS VARCHAR) AS known_until
    FROM moves
    LEFT JOIN sides AS origin ON origin.side = moves.from_side
    LEFT JOIN sides AS target ON target.side = moves.to_side
    LEFT JOIN move_evidence USING (version)
) AS version_of_move;

-- One row is a version of a move with both sides written out, and a hash of it all. Reads move_evidence, moves and sides. Exists because the read
-- model has them.
-- The hash is of the version as it is kept, whose sides are hashes of theirs: to know what changed nothing has to be written out.
SELECT CAST(hash(version_of_move, evidence) >> 1 AS BIGINT) AS digest,
       move, source, profile, person, version_of_move.name, lower(version_of_move.name) AS folded_name, url,
       from_root, origin.unit AS from_unit, lower(origin.team) AS from_team, CAST(to_json(origin) AS VARCHAR) AS from_side,
       to_root, target.unit AS to_unit, lower(target.team) AS to_team, CAST(to_json(target) AS VARCHAR) AS to_side,
       CAST(left_earliest AS VARCHAR) AS left_earliest, CAST(left_latest AS VARCHAR) AS left_latest,
       CAST(joined_earliest AS VARCHAR) AS joined_earliest, CAST(joined_latest AS VARCHAR) AS joined_latest,
       CAST(before_on AS VARCHAR) AS before_on, CAST(observed_on AS VARCHAR) AS observed_on, baseline, status, reason,
       profile_move_ids[1] AS first_id, CAST(to_json(evidence) AS VARCHAR) AS evidence,
       CAST(known_from AS VARCHAR) AS known_from, CAST(known_until AS VARCHAR) AS known_until
FROM moves AS version_of_move
LEFT JOIN sides AS origin ON origin.side = version_of_move.from_side
LEFT JOIN sides AS target ON target.side = version_of_move.to_side
LEFT JOIN move_evidence USING (version);

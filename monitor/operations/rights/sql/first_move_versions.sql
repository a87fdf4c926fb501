-- One row is a move of one of $keys as it was first told. Reads profile_moves. Exists because the id of a move is made of its first version, and of the
-- id of its profile, which goes.
SELECT move, source, profile, coalesce(from_root, '') AS from_root, coalesce(to_root, '') AS to_root, occurrence FROM (
    SELECT *, row_number() OVER (PARTITION BY move ORDER BY known_from, source, profile) AS place
    FROM profile_moves WHERE source || ':' || profile IN (SELECT unnest(CAST($keys AS VARCHAR[]))))
WHERE place = 1 ORDER BY move;

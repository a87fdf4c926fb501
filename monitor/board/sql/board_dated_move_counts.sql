-- One row is the days between which somebody joined, with how many moves of both sides known are counted so. Reads board_moves. Exists because `status`
-- says from which day a rule on `unusual` can tell.
SELECT joined_earliest AS earliest, joined_latest AS latest, count(*) AS moves
FROM board_moves WHERE status = 'counted' AND known_until IS NULL AND from_root IS NOT NULL AND to_root IS NOT NULL
GROUP BY joined_earliest, joined_latest ORDER BY joined_earliest, joined_latest;

-- One row is the days between which somebody joined, with how many moves of both sides known are counted so. Reads moves. Exists because a rule on
-- `unusual` can tell once the past has enough of them.
SELECT joined_earliest AS earliest, joined_latest AS latest, count(*) AS moves
FROM moves WHERE status = 'counted' AND known_until IS NULL AND from_root IS NOT NULL AND to_root IS NOT NULL
GROUP BY joined_earliest, joined_latest ORDER BY joined_earliest, joined_latest;

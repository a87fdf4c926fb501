-- One row is a figure that `status` shows, and a hash of it. Reads clusters, holds and moves. Exists because the read model has them;
-- `undecided_flow_count`, `likely_doubles_count` and `held_move_count` say the same.
WITH figures AS (
    SELECT 'likely_doubles' AS name, count(DISTINCT person) AS value FROM clusters WHERE known_until IS NULL AND reason IS NOT NULL
    UNION ALL
    SELECT 'held_moves' AS name, count(*) AS value FROM moves WHERE known_until IS NULL AND status = 'held'
    UNION ALL
    SELECT 'undecided_flows' AS name, count(*) AS value
    FROM (
        SELECT DISTINCT from_root, to_root FROM holds
        WHERE kind IN ('renamed', 'second')
           -- The moves that a pasted history makes are between others, too.
           OR kind = 'pasted' AND reason IN (SELECT reason FROM moves WHERE known_until IS NULL AND status = 'held')
           OR (from_root, to_root) IN (SELECT (from_root, to_root) FROM moves WHERE known_until IS NULL AND status = 'held'))
)
SELECT CAST(hash(figures) >> 1 AS BIGINT) AS digest, figures.* FROM figures;

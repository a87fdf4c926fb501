-- One row is a figure that `status` shows, and a hash of it. Reads clusters and moves. Exists because the read model has them; `likely_doubles_count`
-- and `held_move_count` say the same.
WITH figures AS (
    SELECT 'likely_doubles' AS name, count(DISTINCT person) AS value FROM clusters WHERE known_until IS NULL AND reason IS NOT NULL
    UNION ALL
    SELECT 'held_moves' AS name, count(*) AS value FROM moves WHERE known_until IS NULL AND status = 'held'
)
SELECT CAST(hash(figures) >> 1 AS BIGINT) AS digest, figures.* FROM figures;

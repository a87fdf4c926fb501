-- One row is a source with the usual number of days between two of its snapshots that may speak, and a hash of it. Reads judged. Exists because the
-- read model has them; `usual_snapshot_gaps` says the same.
WITH gaps AS (
    SELECT source, observed_on - lag(observed_on) OVER (PARTITION BY source ORDER BY observed_on) AS days
    FROM judged WHERE verdict IN ('accepted', 'baseline')
), usual AS (
    SELECT source, CAST(median(days) AS INTEGER) AS days FROM gaps WHERE days IS NOT NULL GROUP BY source
)
SELECT CAST(hash(usual) >> 1 AS BIGINT) AS digest, usual.* FROM usual;

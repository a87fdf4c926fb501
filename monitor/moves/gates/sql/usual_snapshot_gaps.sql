-- usual_snapshot_gaps.sql, one row per source with the usual number of days between two of its snapshots that may speak.
WITH gaps AS (
    SELECT source, observed_on - lag(observed_on) OVER (PARTITION BY source ORDER BY observed_on) AS days
    FROM judged WHERE verdict IN ('accepted', 'baseline')
)
SELECT source, CAST(median(days) AS INTEGER) FROM gaps WHERE days IS NOT NULL GROUP BY source ORDER BY source;

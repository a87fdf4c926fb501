-- One row is a source with the usual number of days between two of its snapshots that may speak. Reads judged. Exists because a source is late by
-- what is usual for it.
WITH gaps AS (
    SELECT source, observed_on - lag(observed_on) OVER (PARTITION BY source ORDER BY observed_on) AS days
    FROM judged WHERE verdict IN ('accepted', 'baseline')
)
SELECT source, CAST(median(days) AS INTEGER) AS days FROM gaps WHERE days IS NOT NULL GROUP BY source ORDER BY source;

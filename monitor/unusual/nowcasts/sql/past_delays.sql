-- One row is a past day, a source, a delay and an age, both in weeks, with how many dated moves of people seen before had become known as late by that
-- day; and how long the source had been looked at. Reads judged and moves. Exists because nowcasts are checked by what was known when they were made.
WITH checks AS (
    SELECT unnest(CAST($days AS DATE[])) AS checked_on
), looked AS (
    SELECT checked_on, source, min(observed_on) AS began FROM judged JOIN checks ON observed_on <= checked_on
    WHERE verdict IN ('accepted', 'baseline') GROUP BY ALL
)
SELECT checked_on, moves.source, CAST(checked_on - began AS INTEGER) AS looked_days, CAST((moves.observed_on - joined_latest) // 7 AS INTEGER) AS delay,
       CAST((checked_on - joined_latest) // 7 AS INTEGER) AS age, count(*) AS moves
FROM moves JOIN looked ON looked.source = moves.source AND moves.observed_on <= checked_on AND known_from <= checked_on
  AND (known_until IS NULL OR known_until > checked_on)
WHERE status = 'counted' AND before_on IS NOT NULL AND joined_latest >= began AND joined_latest <= moves.observed_on
  AND NOT (joined_latest = moves.observed_on AND joined_earliest = before_on + 1) AND from_root IS NOT NULL AND to_root IS NOT NULL
GROUP BY ALL ORDER BY ALL;

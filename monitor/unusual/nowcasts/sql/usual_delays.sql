-- One row is a source, a delay and an age, both in weeks, with how many dated moves of people seen before became known as late; and how long the source
-- has been looked at. Reads judged and moves. Exists because it says which share of a window's moves is known. A newcomer's history is no late news.
WITH looked AS (
    SELECT source, min(observed_on) AS began, max(observed_on) AS latest FROM judged WHERE verdict IN ('accepted', 'baseline') AND observed_on <= $day GROUP BY source
)
SELECT moves.source, CAST(CAST($day AS DATE) - began AS INTEGER) AS looked_days, CAST((moves.observed_on - joined_latest) // 7 AS INTEGER) AS delay,
       CAST((CAST($day AS DATE) - joined_latest) // 7 AS INTEGER) AS age, count(*) AS moves
FROM moves JOIN looked USING (source)
WHERE status = 'counted' AND before_on IS NOT NULL AND joined_latest >= began AND joined_latest <= moves.observed_on AND moves.observed_on <= $day
  AND NOT (joined_latest = moves.observed_on AND joined_earliest = before_on + 1)
  AND known_from <= $day AND (known_until IS NULL OR known_until > $day) AND from_root IS NOT NULL AND to_root IS NOT NULL
GROUP BY ALL ORDER BY ALL;

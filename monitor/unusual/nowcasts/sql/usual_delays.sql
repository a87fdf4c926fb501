-- One row is a past day, a source, a delay and an age, both in weeks, with how many dated moves of people seen before had become known as late by that
-- day; and how long the source had been looked at. Reads judged and move_days. Exists because it says which share of a window's moves is known, and
-- nowcasts are checked by what was known when they were made. A newcomer's history is no late news.
WITH days AS (
    SELECT unnest(CAST($days AS DATE[])) AS day
), looked AS (
    SELECT day, source, min(observed_on) AS began FROM judged JOIN days ON observed_on <= day
    WHERE verdict IN ('accepted', 'baseline') GROUP BY ALL
)
SELECT day, source, CAST(day - began AS INTEGER) AS looked_days, CAST((observed_on - latest) // 7 AS INTEGER) AS delay,
       CAST((day - latest) // 7 AS INTEGER) AS age, CAST(sum(moves) AS BIGINT) AS moves
FROM move_days JOIN looked USING (source)
WHERE observed_on <= day AND known_from <= day AND (known_until IS NULL OR known_until > day)
  AND dated AND before_on IS NOT NULL AND latest BETWEEN began AND observed_on
GROUP BY ALL ORDER BY ALL;

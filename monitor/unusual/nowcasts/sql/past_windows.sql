-- One row is a window that had ended $ages days before one of the past $days, a source and a day of it, with how many of its moves were known on the past
-- day (`known_then`) and are known on $day (`known_now`), dated or not. Reads move_days. Exists because a nowcast is held against what became known since.
WITH days AS (
    SELECT unnest(CAST($days AS DATE[])) AS checked_on
), windows AS (
    SELECT checked_on, age, checked_on - age AS ends_on FROM days CROSS JOIN (SELECT unnest(CAST($ages AS INTEGER[])) AS age)
), known AS (
    SELECT checked_on, age, source, latest, dated, moves, known_from <= checked_on AND (known_until IS NULL OR known_until > checked_on) AS is_known_then,
           known_until IS NULL OR known_until > $day AS is_known_now
    FROM windows JOIN move_days ON latest <= ends_on AND earliest > ends_on - CAST($window_days AS INTEGER) WHERE known_from <= $day
)
SELECT checked_on, age, source, latest, dated, CAST(coalesce(sum(moves) FILTER (is_known_then), 0) AS BIGINT) AS known_then,
       CAST(coalesce(sum(moves) FILTER (is_known_now), 0) AS BIGINT) AS known_now
FROM known WHERE is_known_then OR is_known_now
GROUP BY ALL ORDER BY ALL;

-- One row is a window that had ended $ages days before one of the past $days, a source and a day of it, with how many of its moves were known on the past
-- day (`known_then`) and are known on $day (`known_now`), dated or not. Reads moves. Exists because a nowcast is held against what became known since.
WITH days AS (
    SELECT unnest(CAST($days AS DATE[])) AS checked_on
), ages AS (
    SELECT unnest(CAST($ages AS INTEGER[])) AS age
), windows AS (
    SELECT checked_on, age, checked_on - age AS ends_on, checked_on - age - CAST($window_days AS INTEGER) AS since FROM days CROSS JOIN ages
), counted AS (
    SELECT source, joined_earliest AS earliest, joined_latest AS latest, known_from, known_until,
           joined_latest <> observed_on OR before_on IS NULL OR joined_earliest <> before_on + 1 AS dated
    FROM moves WHERE status = 'counted' AND known_from <= $day AND from_root IS NOT NULL AND to_root IS NOT NULL
), known AS (
    SELECT checked_on, age, source, latest, dated, known_from <= checked_on AND (known_until IS NULL OR known_until > checked_on) AS is_known_then,
           known_until IS NULL OR known_until > $day AS is_known_now
    FROM windows JOIN counted ON latest <= ends_on AND earliest > since
)
SELECT checked_on, age, source, latest, dated, count(*) FILTER (is_known_then) AS known_then, count(*) FILTER (is_known_now) AS known_now
FROM known WHERE is_known_then OR is_known_now
GROUP BY ALL ORDER BY ALL;

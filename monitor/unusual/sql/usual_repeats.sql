-- One row is a version of a move of somebody who has several less than $within days apart, by the day that $datings date moves by. Reads moves. Exists
-- because rules count people and no moves: who moves again is counted by hand, and all others are counted as moves.
CREATE OR REPLACE TEMP TABLE usual_repeats AS
WITH several AS (
    SELECT hash(person) AS person FROM moves WHERE status = 'counted' GROUP BY ALL HAVING count(*) > 1
), dated_moves AS (
    SELECT dated, version AS entry, hash(moves.person) AS person, day_of(dated, joined_earliest, left_earliest, observed_on) AS earliest,
           day_of(dated, joined_latest, left_latest, observed_on) AS latest
    FROM moves CROSS JOIN (SELECT unnest(CAST($datings AS VARCHAR[])) AS dated) WHERE status = 'counted' AND hash(moves.person) IN (FROM several)
), marked AS (
    SELECT dated, entry, person, max(earliest) OVER (
        PARTITION BY dated, person ORDER BY latest, earliest, entry ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) > latest - CAST($within AS INTEGER) AS is_again
    FROM dated_moves
)
SELECT dated, entry, person FROM marked WHERE (dated, person) IN (SELECT (dated, person) FROM marked WHERE is_again);

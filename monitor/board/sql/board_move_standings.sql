-- One row is a move of $moves with its status as believed now, and the reason, as `move_standings` has it. Reads board_moves. Exists because `explain`
-- says how a move stands.
-- It stands beside `move_standings` because SQLite writes days, lists and JSON otherwise than DuckDB.
WITH newest AS (
    SELECT move, known_until, status, reason, row_number() OVER (PARTITION BY move ORDER BY known_until IS NULL DESC, known_from DESC) AS place
    FROM board_moves WHERE move IN (SELECT value FROM json_each($moves))
)
SELECT move, CASE WHEN known_until IS NOT NULL OR status = 'false' THEN 'retracted' ELSE status END AS status, reason FROM newest WHERE place = 1;

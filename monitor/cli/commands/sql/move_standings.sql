-- move_standings.sql, one row per move of $moves with its status as believed now, and the reason: retracted if it is believed no longer, or if an analyst took it back.
SELECT move,
       CASE WHEN known_until IS NOT NULL OR status = 'false' THEN 'retracted' ELSE status END AS status, reason
FROM moves WHERE list_contains(CAST($moves AS VARCHAR[]), move)
QUALIFY row_number() OVER (PARTITION BY move ORDER BY known_until IS NULL DESC, known_from DESC) = 1;

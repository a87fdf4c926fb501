-- One row is a move of $moves with its status as believed now, and the reason; a move that is believed no longer, or that a review calls false, is
-- retracted. Reads moves. Exists because commands that take the id of a move say how it stands.
SELECT move,
       CASE WHEN known_until IS NOT NULL OR status = 'false' THEN 'retracted' ELSE status END AS status, reason
FROM moves WHERE list_contains(CAST($moves AS VARCHAR[]), move)
QUALIFY row_number() OVER (PARTITION BY move ORDER BY known_until IS NULL DESC, known_from DESC) = 1;

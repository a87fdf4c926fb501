-- One row is how many people were first seen, on $since or later, to have moved, by what is believed now. Reads board_moves. Exists because the
-- overview says how much is going on.
SELECT count(DISTINCT person) AS people FROM board_moves
WHERE known_until IS NULL AND status = 'counted' AND observed_on >= $since AND baseline = 0;

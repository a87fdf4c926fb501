-- One row is a move of a window that may be tested, which became known, or known otherwise, on the day of the test. Reads moves and usual_asked_moves.
-- Exists because only a window with news in it is tested.
SELECT DISTINCT asked.move, asked.day
FROM usual_asked_moves AS asked JOIN moves ON coalesce(profile_move_ids[1], moves.move) = asked.move AND known_from = asked.day
ORDER BY ALL;

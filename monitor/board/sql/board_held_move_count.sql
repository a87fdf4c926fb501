-- One row is how many moves are held. Reads board_figures. Exists because `status` says how many do not count although they were seen.
SELECT value FROM board_figures WHERE name = 'held_moves';

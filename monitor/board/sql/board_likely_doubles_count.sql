-- One row is how many people are counted once by likeness alone. Reads board_figures. Exists because `status` says how many rest on it.
SELECT value FROM board_figures WHERE name = 'likely_doubles';

-- One row is the number of held changes that wait for a decision. Reads board_figures. Exists because `status` asks for these decisions.
SELECT value FROM board_figures WHERE name = 'undecided_flows';

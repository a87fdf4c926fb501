-- One row is a figure that `status` shows, by its name, as `figures` has it. Reads board_figures. Exists because `status` answers while a run works.
SELECT name, value FROM board_figures;

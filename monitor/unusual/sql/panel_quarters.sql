-- One row is a block of the window's length, with how many people of the whole panel of the one rule moved in it. Reads usual_panel_quarters. Exists
-- because the past of every group is held against it.
SELECT quarter, people FROM usual_panel_quarters ORDER BY quarter;

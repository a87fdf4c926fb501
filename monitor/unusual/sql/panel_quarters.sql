-- One row is a block of the window's length, with how many people of the whole panel moved in it. Reads usual_quarters. Exists because the past of
-- every group is held against it.
SELECT quarter, people FROM usual_quarters WHERE rule = $panel ORDER BY quarter;

-- One row is a pair of organisations, both of them among those that are named, with the distinct people who moved from the first to the second within a
-- window. Reads board_flows. Exists because a picture, and rows and columns, show the largest of all sides.
SELECT from_root, to_root, people
FROM board_flows
WHERE window_days = $days AND people >= coalesce($least, 1)
  AND from_root IN (SELECT value FROM json_each($origins)) AND to_root IN (SELECT value FROM json_each($destinations));

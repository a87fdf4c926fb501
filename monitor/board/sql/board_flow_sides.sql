-- One row is an organisation on one side of the flows of a window (no organisation: all flows that come from, or go to, where nobody knows), with how many
-- people and pairs that is, and the strongest pair. Reads board_flows. Exists because a picture, rows and columns, and the words of a page sum flows up,
-- however many there are.
-- The other side is known. Pairs of fewer than $least people are in no figure; left_out counts each of them once.
SELECT 'from' AS side, from_root AS organization, coalesce(sum(people) FILTER (WHERE people >= coalesce($least, 1)), 0) AS people,
       count(*) FILTER (WHERE people >= coalesce($least, 1)) AS pairs, max(people) AS strongest,
       count(*) FILTER (WHERE people < coalesce($least, 1)) AS left_out
FROM board_flows
WHERE window_days = $days AND to_root IS NOT NULL
GROUP BY from_root
UNION ALL
SELECT 'to', to_root, coalesce(sum(people) FILTER (WHERE people >= coalesce($least, 1)), 0),
       count(*) FILTER (WHERE people >= coalesce($least, 1)), max(people),
       count(*) FILTER (WHERE people < coalesce($least, 1) AND to_root IS NULL)
FROM board_flows
WHERE window_days = $days AND from_root IS NOT NULL
GROUP BY to_root;

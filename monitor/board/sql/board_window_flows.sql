-- One row is a pair of organisations with the distinct people who moved from the first to the second within a window that was published, of one origin
-- or destination, the strongest first. Reads board_flows. Exists because a page shows the flows of an organisation at once, however many moves there are.
WITH asked AS (
    SELECT from_root, to_root, people, first_joined, last_joined FROM board_flows
    WHERE from_root = $origin AND window_days = $days
    UNION ALL
    SELECT from_root, to_root, people, first_joined, last_joined FROM board_flows
    WHERE $origin IS NULL AND to_root = $destination AND window_days = $days
)
SELECT from_root, to_root, people, first_joined, last_joined FROM asked
ORDER BY people DESC, from_root IS NULL, from_root, to_root IS NULL, to_root;

-- One row is a pair of organisations with the distinct people who moved from the first to the second within a window up to the newest observation
-- (window_days; 0 is without one). Reads judged and moves. Exists because the read model has them; `listed_flows` counts alike.
WITH newest AS (
    SELECT max(observed_on) AS day FROM judged WHERE verdict IN ('accepted', 'baseline')
), windows AS (
    SELECT unnest([30, 90, 365, 0]) AS window_days
)
SELECT window_days, from_root, to_root, count(DISTINCT person) AS people,
       CAST(min(joined_earliest) AS VARCHAR) AS first_joined, CAST(max(joined_latest) AS VARCHAR) AS last_joined
FROM moves, newest JOIN windows ON window_days = 0 OR joined_latest > newest.day - window_days
WHERE status = 'counted' AND known_until IS NULL
GROUP BY ALL;

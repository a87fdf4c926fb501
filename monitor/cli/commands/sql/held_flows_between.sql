-- held_flows_between.sql, one row per flow between two organisations that was held, the newest first, with the names as written.
SELECT observed_on, ended_on, from_name, to_name FROM holds
WHERE from_root = $origin AND to_root = $destination ORDER BY observed_on DESC, ended_on DESC;

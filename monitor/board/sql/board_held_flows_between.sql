-- One row is a held flow between two organisations, as `held_flows_between` has it. Reads board_holds. Exists because whoever decides on the board settles
-- it while a run works.
SELECT observed_on, ended_on, from_name, to_name FROM board_holds
WHERE from_root = $origin AND to_root = $destination ORDER BY observed_on DESC, ended_on DESC NULLS LAST;

-- One row is the number of pairs of organisations whose moves or names are held until the operator decides. Reads waiting_holds. Exists because `status` asks
-- for these decisions.
SELECT count(DISTINCT row(from_root, to_root)) AS changes FROM waiting_holds;

-- One row is a flow that was held as a change of the organisations rather than of the people. Reads holds. Exists because the read
-- model has them.
SELECT source, CAST(observed_on AS VARCHAR) AS observed_on, from_root, to_root, from_name, to_name, kind, moved, of_people, existed, reason,
       CAST(ended_on AS VARCHAR) AS ended_on
FROM holds;

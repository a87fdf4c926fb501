-- One row is a flow that is held as a change of the organisations rather than of the people. Reads holds. Exists because operators decide on it.
SELECT source, observed_on, from_root, to_root, from_name, to_name, kind, ended_on, moved, of_people, existed, examples FROM holds
ORDER BY source, observed_on, kind = 'renamed', moved DESC, from_root, to_root, ended_on;

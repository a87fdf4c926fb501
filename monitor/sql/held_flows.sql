-- held_flows.sql, one row per flow that is held as a change of the organisations rather than of the people.
SELECT source, observed_on, from_root, to_root, moved, of_people, existed FROM holds
ORDER BY source, observed_on, moved DESC, from_root, to_root;

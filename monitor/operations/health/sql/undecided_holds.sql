-- One row is a pair of organisations at a source whose moves or names are held until the operator decides, as it was last seen. Reads waiting_holds. Exists
-- because `status` counts what waits, and `organizations suggest` leaves out what was decided since the last run.
WITH newest AS (
    SELECT *, row_number() OVER (PARTITION BY source, from_root, to_root ORDER BY observed_on DESC, moved DESC, kind) AS place FROM waiting_holds
)
SELECT source, observed_on, from_root, to_root, from_name, to_name, kind, moved, of_people, existed, reason
FROM newest WHERE place = 1 ORDER BY moved DESC, from_root, to_root, source;

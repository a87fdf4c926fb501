-- One row is a pair of organisations at a source whose moves or names are held until the operator decides, as it was last seen. Reads board_holds and
-- board_moves. Exists because the board lists what waits for a decision.
WITH waiting AS (
    SELECT source, observed_on, from_root, to_root, from_name, to_name, kind, moved, of_people, existed, reason
    FROM board_holds
    WHERE kind IN ('renamed', 'second')
       -- The moves that a pasted history makes are between others, too.
       OR kind = 'pasted' AND reason IN (SELECT reason FROM board_moves WHERE known_until IS NULL AND status = 'held')
       OR (from_root, to_root) IN (SELECT from_root, to_root FROM board_moves WHERE known_until IS NULL AND status = 'held')
), newest AS (
    SELECT *, row_number() OVER (PARTITION BY source, from_root, to_root ORDER BY observed_on DESC, moved DESC, kind) AS place FROM waiting
)
SELECT source, observed_on, from_root, to_root, from_name, to_name, kind, moved, of_people, existed, reason
FROM newest WHERE place = 1 ORDER BY moved DESC, from_root, to_root, source;

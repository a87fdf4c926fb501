-- One row is the number of pairs of organisations whose moves or names are held until the operator decides. Reads holds and moves. Exists because `status` asks
-- for these decisions.
SELECT count(*) AS changes FROM (
    SELECT DISTINCT from_root, to_root FROM holds
    WHERE kind IN ('renamed', 'second')
       -- The moves that a pasted history makes are between others, too.
       OR kind = 'pasted' AND reason IN (SELECT reason FROM moves WHERE known_until IS NULL AND status = 'held')
       OR (from_root, to_root) IN (SELECT (from_root, to_root) FROM moves WHERE known_until IS NULL AND status = 'held'));

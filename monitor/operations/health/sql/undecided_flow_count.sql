-- undecided_flow_count.sql, one row: between how many pairs of organisations moves are held until somebody decides.
SELECT count(*) AS changes FROM (
    SELECT DISTINCT from_root, to_root FROM holds
    WHERE (from_root, to_root) IN (SELECT (from_root, to_root) FROM moves WHERE known_until IS NULL AND status = 'held'));

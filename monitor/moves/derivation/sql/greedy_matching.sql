-- One row is a candidate that is the best of both of its sides; it is added to `chosen_pairs`, and the candidates of both sides go. Reads
-- chosen_pairs and pair_candidates. Exists because repeated until no candidate is left, it pairs them best first.
INSERT INTO chosen_pairs
SELECT profile, a, b
FROM (SELECT profile, a, arg_min(b, {'k1': k1, 'k2': k2, 'k3': k3, 'b': b}) AS b FROM pair_candidates GROUP BY profile, a)
SEMI JOIN (SELECT profile, arg_min(a, {'k1': k1, 'k2': k2, 'k3': k3, 'a': a}) AS a, b FROM pair_candidates GROUP BY profile, b)
USING (profile, a, b);
DELETE FROM pair_candidates
WHERE (profile, a) IN (SELECT (profile, a) FROM chosen_pairs) OR (profile, b) IN (SELECT (profile, b) FROM chosen_pairs);

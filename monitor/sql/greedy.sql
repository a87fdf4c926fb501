-- greedy.sql, one round of pairing the candidates best first: a pair is chosen when it is the best of both its sides; returns how many are left.
INSERT INTO chosen
SELECT profile, a, b FROM (
    SELECT profile, a, b,
           row_number() OVER (PARTITION BY profile, a ORDER BY k1, k2, k3, a, b) AS of_a,
           row_number() OVER (PARTITION BY profile, b ORDER BY k1, k2, k3, a, b) AS of_b
    FROM candidates)
WHERE of_a = 1 AND of_b = 1;
DELETE FROM candidates
WHERE (profile, a) IN (SELECT (profile, a) FROM chosen) OR (profile, b) IN (SELECT (profile, b) FROM chosen);
SELECT count(*) FROM candidates;

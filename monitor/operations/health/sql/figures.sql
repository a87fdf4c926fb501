-- One row is a figure that `status` shows, by its name: how many people are counted once whom several profiles show, by likeness alone; and how many moves
-- are held, for whatever reason. Reads clusters and moves. Exists because `status` says what its other figures rest on, and the read model keeps it.
SELECT 'likely_doubles' AS name, count(DISTINCT person) AS value FROM clusters WHERE known_until IS NULL AND reason IS NOT NULL
UNION ALL
SELECT 'held_moves', count(*) FROM moves WHERE known_until IS NULL AND status = 'held';

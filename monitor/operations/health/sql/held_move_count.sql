-- One row is how many moves are held, for whatever reason. Reads moves. Exists because `status` says how many do not count although they were seen.
SELECT count(*) FROM moves WHERE known_until IS NULL AND status = 'held';

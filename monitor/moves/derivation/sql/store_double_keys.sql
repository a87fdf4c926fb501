-- Adds a match key for each row of `found_doubles`, from its day on. Reads found_doubles. Exists because likely doubles count once.
INSERT INTO match_keys
SELECT $source, profile, 'double', match_key, hash('double', match_key), name, day, NULL FROM found_doubles
ORDER BY day, profile, match_key;

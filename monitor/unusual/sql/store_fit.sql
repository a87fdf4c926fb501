-- Keeps a fit under what it rests on. Reads nothing. Exists because a fit looks at every move, and is asked for all through its quarter.
DELETE FROM usual_fits WHERE key = $key;
INSERT INTO usual_fits VALUES ($key, $day, $fit);

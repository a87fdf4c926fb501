-- One row is a fit that was kept, as JSON. Reads usual_fits. Exists because a fit looks at every move, and is asked for all through its quarter.
SELECT fit FROM usual_fits WHERE key = $key;

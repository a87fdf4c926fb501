-- unpaired.sql, one row: how many candidates are left to be paired.
SELECT count(*) FROM candidates;

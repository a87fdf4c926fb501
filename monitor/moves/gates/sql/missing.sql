-- missing.sql, one row: how many profiles of the last accepted snapshot the new one lacks.
SELECT count(*) FROM compared WHERE vanished;

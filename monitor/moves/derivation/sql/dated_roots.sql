-- One row is a unit and a stretch of days in which it had another root. Reads roots. Exists because a changed directory touches only what resolves otherwise.
SELECT unit, root, starts, ends FROM roots ORDER BY ALL;

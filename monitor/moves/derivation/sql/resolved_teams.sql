-- One row is a team as profiles wrote it at a unit, with what it resolved to. Reads teams. Exists because a changed directory touches only what resolves
-- otherwise.
SELECT unit, written, team FROM teams ORDER BY ALL;

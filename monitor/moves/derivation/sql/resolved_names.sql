-- One row is a name that profiles wrote, with what it resolved to. Reads names. Exists because a changed directory touches only what resolves otherwise.
SELECT organization, external, unit, root, pseudo FROM names ORDER BY ALL;

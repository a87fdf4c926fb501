-- One row is a source that an operator removed, with the day from which on it shows nothing. Reads removed_sources. Exists because the alerts that rest
-- on it are closed, and not withdrawn.
SELECT source, removed_on FROM removed_sources ORDER BY source;

-- sqlfluff:dialect:sqlite
-- One row is an entry of a registry, or a name, id, successor or web domain of one; rank 0 is its first name. Reads nothing. Exists because a registry
-- is too large for memory. For SQLite.
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entries (id TEXT PRIMARY KEY, name TEXT NOT NULL, fold TEXT NOT NULL, head TEXT, unit TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS names (fold TEXT, rank INTEGER, entry TEXT, PRIMARY KEY (fold, rank, entry)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ids (external TEXT, entry TEXT, PRIMARY KEY (external, entry)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS successors (entry TEXT, successor TEXT, happened TEXT, "always" INTEGER);
CREATE TABLE IF NOT EXISTS domains (domain TEXT, entry TEXT);
CREATE INDEX IF NOT EXISTS domains_of ON domains (entry);
CREATE INDEX IF NOT EXISTS heads ON entries (head);
CREATE INDEX IF NOT EXISTS names_of ON names (entry);
CREATE INDEX IF NOT EXISTS ids_of ON ids (entry);
CREATE INDEX IF NOT EXISTS successors_of ON successors (entry);
CREATE INDEX IF NOT EXISTS units ON entries (unit);

-- Makes the tables of the read model. Reads nothing. Exists because commands and pages read it while a run has the derived tables. SQLite, not DuckDB.
-- Each table is a set of rows by `digest`, a hash of the row, so that a publication is a difference of sets. Days are texts, sides and lists are JSON.
-- one row is the version of the format, the number and the moment of the last publication
CREATE TABLE IF NOT EXISTS board_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
-- one row per version of a move, with both sides written out
CREATE TABLE IF NOT EXISTS board_moves (
    digest INTEGER PRIMARY KEY, move TEXT, source TEXT, profile TEXT, person TEXT, name TEXT, folded_name TEXT, url TEXT,
    from_root TEXT, from_unit TEXT, from_side TEXT, to_root TEXT, to_unit TEXT, to_side TEXT,
    left_earliest TEXT, left_latest TEXT, joined_earliest TEXT, joined_latest TEXT, before_on TEXT, observed_on TEXT,
    baseline INTEGER, status TEXT, reason TEXT, first_id TEXT, evidence TEXT, known_from TEXT, known_until TEXT);
CREATE INDEX IF NOT EXISTS board_moves_by_id ON board_moves (move);
CREATE INDEX IF NOT EXISTS board_moves_of_now ON board_moves (from_root, to_root, person) WHERE known_until IS NULL;
CREATE INDEX IF NOT EXISTS board_moves_by_day ON board_moves (known_from);
-- one row per judged snapshot
CREATE TABLE IF NOT EXISTS board_snapshots (
    digest INTEGER PRIMARY KEY, source TEXT, observed_on TEXT, profiles INTEGER, rejected INTEGER, verdict TEXT, reasons TEXT,
    known INTEGER, missing INTEGER, may_miss REAL, may_miss_because TEXT, may_miss_at_once REAL);
-- one row per source with the usual number of days between two of its snapshots
CREATE TABLE IF NOT EXISTS board_gaps (digest INTEGER PRIMARY KEY, source TEXT, days INTEGER);
-- one row per written name of an organisation, with the unit that it means
CREATE TABLE IF NOT EXISTS board_names (digest INTEGER PRIMARY KEY, organization TEXT, unit TEXT);
-- one row per unit with its most frequent spelling
CREATE TABLE IF NOT EXISTS board_units (digest INTEGER PRIMARY KEY, unit TEXT, name TEXT);
-- one row per profile and name that it had
CREATE TABLE IF NOT EXISTS board_people (digest INTEGER PRIMARY KEY, source TEXT, profile TEXT, name TEXT, folded_profile TEXT, folded_key TEXT, folded_name TEXT);
CREATE INDEX IF NOT EXISTS board_people_by_profile ON board_people (folded_profile);
CREATE INDEX IF NOT EXISTS board_people_by_key ON board_people (folded_key);
CREATE INDEX IF NOT EXISTS board_people_by_name ON board_people (folded_name);
-- one row per figure that `status` shows
CREATE TABLE IF NOT EXISTS board_figures (digest INTEGER PRIMARY KEY, name TEXT, value INTEGER);

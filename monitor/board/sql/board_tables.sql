-- Makes the tables of the read model. Reads nothing. Exists because commands and pages read it while a run has the derived tables. SQLite, not DuckDB.
-- Each table is a set of rows by `digest`, a hash of the row, so that a publication is a difference of sets. Days are texts, sides and lists are JSON.
-- Views have the names of the derived tables: a statement that both understand alike has one text.
-- one row is the version of the format, the number and the moment of the last publication
CREATE TABLE IF NOT EXISTS board_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
-- one row per version of a move, with both sides written out, and with names and teams in small letters where they are looked for
CREATE TABLE IF NOT EXISTS board_moves (
    digest INTEGER PRIMARY KEY, move TEXT, source TEXT, profile TEXT, person TEXT, name TEXT, folded_name TEXT, url TEXT,
    from_root TEXT, from_unit TEXT, from_team TEXT, from_side TEXT, to_root TEXT, to_unit TEXT, to_team TEXT, to_side TEXT,
    left_earliest TEXT, left_latest TEXT, joined_earliest TEXT, joined_latest TEXT, before_on TEXT, observed_on TEXT,
    baseline INTEGER, status TEXT, reason TEXT, first_id TEXT, evidence TEXT, known_from TEXT, known_until TEXT);
CREATE INDEX IF NOT EXISTS board_moves_by_id ON board_moves (move);
CREATE INDEX IF NOT EXISTS board_moves_by_person ON board_moves (person);
CREATE INDEX IF NOT EXISTS board_moves_by_profile ON board_moves (profile);
CREATE INDEX IF NOT EXISTS board_moves_by_name ON board_moves (folded_name);
CREATE INDEX IF NOT EXISTS board_moves_by_team_left ON board_moves (from_team) WHERE from_team IS NOT NULL;
CREATE INDEX IF NOT EXISTS board_moves_by_team_joined ON board_moves (to_team) WHERE to_team IS NOT NULL;
-- All that is asked for where no side, person or team is: rows are counted without being read.
CREATE INDEX IF NOT EXISTS board_moves_by_day ON board_moves (
    joined_latest, move, known_from, known_until, status, first_id, joined_earliest, observed_on, from_root, to_root, person);
CREATE INDEX IF NOT EXISTS board_moves_by_look ON board_moves (observed_on, known_until, status, baseline, person);
-- By pair, then by person, so that all flows are counted without being sorted, and without a move being read.
CREATE INDEX IF NOT EXISTS board_moves_by_pair ON board_moves (
    from_root, to_root, person, known_until, status, joined_latest, joined_earliest, observed_on, known_from);
-- An organisation that is no part of another one is found as a root.
CREATE INDEX IF NOT EXISTS board_moves_by_origin_unit ON board_moves (from_unit) WHERE from_unit <> from_root;
CREATE INDEX IF NOT EXISTS board_moves_by_destination ON board_moves (to_root);
CREATE INDEX IF NOT EXISTS board_moves_by_destination_unit ON board_moves (to_unit) WHERE to_unit <> to_root;
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
-- one row per organisation and month: who was there at its end, certainly and at most, who came and who went
CREATE TABLE IF NOT EXISTS board_months (digest INTEGER PRIMARY KEY, organization TEXT, month TEXT, people INTEGER, at_most INTEGER, came INTEGER, went INTEGER);
CREATE INDEX IF NOT EXISTS board_months_of_one ON board_months (organization, month);
-- one row per organisation with what lists say of it, made of board_months: its headcount, that of a quarter and of a year before, who came and went in a
-- year, and how many were there in each of the last two years' months (trend, separated by commas)
CREATE TABLE IF NOT EXISTS board_organizations (
    organization TEXT PRIMARY KEY, people INTEGER, at_most INTEGER, people_a_quarter_before INTEGER, people_a_year_before INTEGER,
    came INTEGER, went INTEGER, trend TEXT);
-- one row per pair of organisations and window in days up to the newest observation (0: without one): how many people went from the first to the second
CREATE TABLE IF NOT EXISTS board_flows (
    digest INTEGER PRIMARY KEY, window_days INTEGER, from_root TEXT, to_root TEXT, people INTEGER, first_joined TEXT, last_joined TEXT);
CREATE INDEX IF NOT EXISTS board_flows_by_people ON board_flows (window_days, people DESC, (from_root IS NULL), from_root, (to_root IS NULL), to_root);
CREATE INDEX IF NOT EXISTS board_flows_by_origin ON board_flows (window_days, from_root, to_root, people);
CREATE INDEX IF NOT EXISTS board_flows_by_destination ON board_flows (window_days, to_root, from_root, people);
-- one row per profile and stretch of days in which it was believed to be one person with others, and why
CREATE TABLE IF NOT EXISTS board_links (
    digest INTEGER PRIMARY KEY, source TEXT, profile TEXT, profile_key TEXT, person TEXT, reason TEXT, known_from TEXT, known_until TEXT);
CREATE INDEX IF NOT EXISTS board_links_by_person ON board_links (person);
CREATE INDEX IF NOT EXISTS board_links_by_profile ON board_links (profile_key);
-- one row per flow that was held as a change of the organisations rather than of the people
CREATE TABLE IF NOT EXISTS board_holds (
    digest INTEGER PRIMARY KEY, source TEXT, observed_on TEXT, from_root TEXT, to_root TEXT, from_name TEXT, to_name TEXT,
    kind TEXT, moved INTEGER, of_people INTEGER, existed INTEGER, reason TEXT, ended_on TEXT);
-- one row per rule and group with the steps of its counts, [{"day", "certain", "possible", "back"}]
CREATE TABLE IF NOT EXISTS board_counts (
    digest INTEGER PRIMARY KEY, rule TEXT, grouping TEXT, known_on TEXT, peak INTEGER, possible INTEGER, steps TEXT);
CREATE INDEX IF NOT EXISTS board_counts_by_peak ON board_counts (rule, peak DESC, grouping);
CREATE INDEX IF NOT EXISTS board_counts_by_possible ON board_counts (rule, possible DESC, grouping);
CREATE INDEX IF NOT EXISTS board_counts_by_group ON board_counts (rule, grouping);
-- what statements read under the names of the derived tables
CREATE VIEW IF NOT EXISTS moves AS SELECT * FROM board_moves;
CREATE VIEW IF NOT EXISTS judged AS SELECT * FROM board_snapshots;
CREATE VIEW IF NOT EXISTS names AS SELECT * FROM board_names;
CREATE VIEW IF NOT EXISTS holds AS SELECT * FROM board_holds;
-- The moves that are held by a pasted history are between others, too.
CREATE VIEW IF NOT EXISTS waiting_holds AS
SELECT * FROM board_holds
WHERE kind IN ('renamed', 'second')
   OR kind = 'pasted' AND reason IN (SELECT reason FROM board_moves WHERE known_until IS NULL AND status = 'held')
   OR (from_root, to_root) IN (SELECT from_root, to_root FROM board_moves WHERE known_until IS NULL AND status = 'held');

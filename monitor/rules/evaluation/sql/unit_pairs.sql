-- One row is a pair of units between which people went, or were before and are now, with a key for each way to ask for it; `move_entries` has the moves
-- as little as finding them needs. Reads conditions, moves, moves_in_scope, presences and sides. Exists because rules are held against pairs of
-- units, of which there are far fewer than moves.
CREATE OR REPLACE TEMP TABLE move_entries AS
SELECT version AS entry, hash(origin.unit, from_root, target.unit, to_root) AS unit_pair, moves.from_side, moves.to_side, hash(person) AS person,
       left_earliest, left_latest, joined_earliest, joined_latest, observed_on
FROM moves SEMI JOIN moves_in_scope ON entry = version
LEFT JOIN sides AS origin ON origin.side = moves.from_side
LEFT JOIN sides AS target ON target.side = moves.to_side;
CREATE OR REPLACE TEMP TABLE unit_pairs AS
WITH distinct_unit_pairs AS (
    SELECT DISTINCT origin.unit AS from_unit, from_root, target.unit AS to_unit, to_root, false AS is_presence, false AS paired
    FROM moves SEMI JOIN moves_in_scope ON entry = version
    LEFT JOIN sides AS origin ON origin.side = moves.from_side
    LEFT JOIN sides AS target ON target.side = moves.to_side
    UNION ALL
    SELECT DISTINCT from_unit, from_root, to_unit, to_root, true, paired FROM presences
), from_keys AS (
    SELECT *, unnest(CASE WHEN from_root IS NULL THEN [''] ELSE [from_unit, '*', ''] END) AS from_key FROM distinct_unit_pairs
)
SELECT *, hash(from_unit, from_root, to_unit, to_root) AS unit_pair,
       unnest(CASE WHEN to_root IS NULL THEN [''] ELSE [to_unit, '*', ''] END) AS to_key
FROM from_keys;

-- one row per pair of units and day, from the first that any rule is evaluated from up to $horizon, on which something new became known of it
CREATE OR REPLACE TEMP TABLE unit_pair_changes AS
WITH first_day AS (SELECT min(since) AS day FROM conditions
), versions AS (
    SELECT false AS is_presence, version AS entry, known_from, known_until FROM moves SEMI JOIN moves_in_scope ON entry = version
    UNION ALL SELECT true, entry, known_from, known_until FROM presences
), days AS (
    SELECT is_presence, entry, known_from AS known_on FROM versions, first_day WHERE known_from >= first_day.day AND known_from <= $horizon
    UNION ALL
    SELECT is_presence, entry, known_until FROM versions, first_day WHERE known_until >= first_day.day AND known_until <= $horizon
)
SELECT DISTINCT false AS is_presence, unit_pair, known_on FROM days JOIN move_entries USING (entry) WHERE NOT days.is_presence
UNION ALL SELECT DISTINCT true, unit_pair, known_on FROM days JOIN presences USING (entry) WHERE days.is_presence;

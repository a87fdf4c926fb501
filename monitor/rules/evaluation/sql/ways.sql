-- ways.sql, what rules are held against: entries, moves as little as finding them needs; ways, pairs of units that people went between, or where they were before and are: far fewer than the moves.
CREATE OR REPLACE TEMP TABLE entries AS
SELECT version AS entry, hash(origin.unit, from_root, target.unit, to_root) AS way, moves.from_side, moves.to_side,
       left_earliest, left_latest, joined_earliest, joined_latest, observed_on
FROM moves
LEFT JOIN sides AS origin ON origin.side = moves.from_side
LEFT JOIN sides AS target ON target.side = moves.to_side;
CREATE OR REPLACE TEMP TABLE ways AS
WITH distinct_ways AS (
    SELECT DISTINCT origin.unit AS from_unit, from_root, target.unit AS to_unit, to_root, false AS stays, false AS paired
    FROM moves
    LEFT JOIN sides AS origin ON origin.side = moves.from_side
    LEFT JOIN sides AS target ON target.side = moves.to_side
    UNION ALL
    SELECT DISTINCT from_unit, from_root, to_unit, to_root, true, paired FROM stays
), from_keys AS (
    SELECT *, unnest(CASE WHEN from_root IS NULL THEN [''] ELSE [from_unit, '*', ''] END) AS from_key FROM distinct_ways
)
SELECT *, hash(from_unit, from_root, to_unit, to_root) AS way,
       unnest(CASE WHEN to_root IS NULL THEN [''] ELSE [to_unit, '*', ''] END) AS to_key
FROM from_keys;

-- one row per way and day, from the first that any rule is evaluated from up to $horizon, on which something new became known of it
CREATE OR REPLACE TEMP TABLE news AS
WITH first_day AS (SELECT min(since) AS day FROM terms
), versions AS (
    SELECT false AS stays, version AS entry, known_from, known_until FROM moves
    UNION ALL SELECT true, entry, known_from, known_until FROM stays
), days AS (
    SELECT stays, entry, known_from AS known_on FROM versions, first_day WHERE known_from >= first_day.day AND known_from <= $horizon
    UNION ALL
    SELECT stays, entry, known_until FROM versions, first_day WHERE known_until >= first_day.day AND known_until <= $horizon
)
SELECT DISTINCT false AS stays, way, known_on FROM days JOIN entries USING (entry) WHERE NOT days.stays
UNION ALL SELECT DISTINCT true, way, known_on FROM days JOIN stays USING (entry) WHERE days.stays;

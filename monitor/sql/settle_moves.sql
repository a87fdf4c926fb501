-- settle_moves.sql, one row per move and stretch of days in which it was believed of one person and with one status, from $since on.
-- A move that its profile undid soon, both without a date, was a slip; two make a pair, and a third stands.
CREATE OR REPLACE TEMP TABLE stirred_profiles AS
SELECT DISTINCT source, profile FROM profile_moves WHERE known_from >= $since OR known_until >= $since;
INSERT INTO flips
WITH undated AS (
    SELECT source, profile, move, from_root, to_root, min(observed_on) AS seen_on
    FROM profile_moves SEMI JOIN stirred_profiles USING (source, profile)
    WHERE NOT stated AND (known_until IS NULL OR known_until > known_from)
    GROUP BY ALL
), ordered AS (
    SELECT *, lag(from_root) OVER of_two IS NOT DISTINCT FROM to_root AND seen_on > lag(seen_on) OVER of_two
              AND seen_on - lag(seen_on) OVER of_two <= CAST($undone_within AS INTEGER) AS undoes
    FROM undated
    WINDOW of_two AS (PARTITION BY source, profile, least(from_root, to_root), greatest(from_root, to_root) ORDER BY seen_on, move)
), chains AS (
    SELECT *, sum(CASE WHEN coalesce(undoes, false) THEN 0 ELSE 1 END) OVER (
        PARTITION BY source, profile, least(from_root, to_root), greatest(from_root, to_root) ORDER BY seen_on, move) AS chain
    FROM ordered
), numbered AS (
    SELECT *, row_number() OVER of_chain % 2 = 1 AS first, lead(seen_on) OVER of_chain AS next_on
    FROM chains WINDOW of_chain AS (
        PARTITION BY source, profile, least(from_root, to_root), greatest(from_root, to_root), chain ORDER BY seen_on, move)
)
SELECT source, move, CASE WHEN first THEN next_on ELSE seen_on END AS back_on, back_on
FROM numbered WHERE back_on >= $since;

CREATE OR REPLACE TEMP TABLE stirred AS
SELECT rowid AS number, move, source, profile, stated, status, reason, known_from, known_until,
       (source, profile) IN (SELECT (source, profile) FROM persons)
       OR move IN (SELECT move FROM flips UNION SELECT move FROM verdicts) AS particular
FROM profile_moves
WHERE (known_until IS NULL OR known_until > known_from)
  AND (known_from >= $since OR known_until >= $since OR known_until IS NULL AND (
    (source, profile) IN (SELECT (source, profile) FROM persons WHERE known_from >= $since OR known_until >= $since)
    OR move IN (SELECT move FROM flips WHERE known_from >= $since
                UNION SELECT move FROM verdicts WHERE known_from >= $since OR known_until >= $since)));

-- Within the stretch of a particular one, its person or status may change on certain days.
CREATE OR REPLACE TEMP TABLE cuts AS
SELECT DISTINCT number, day FROM (
    SELECT number, stirred.known_from AS day FROM stirred WHERE particular
    UNION ALL SELECT number, unnest([persons.known_from, persons.known_until]) FROM stirred JOIN persons USING (source, profile)
    UNION ALL SELECT number, flips.known_from FROM stirred JOIN flips USING (move)
    UNION ALL SELECT number, unnest([verdicts.known_from, verdicts.known_until]) FROM stirred JOIN verdicts USING (move))
JOIN stirred USING (number)
WHERE day >= stirred.known_from AND (stirred.known_until IS NULL OR day < stirred.known_until);
CREATE OR REPLACE TEMP TABLE pieces AS
WITH settled AS (
    SELECT stirred.number, stirred.move, cuts.day, stirred.known_from, stirred.known_until,
           coalesce(persons.person, stirred.source || ':' || stirred.profile) AS person,
           CASE WHEN verdicts.verdict = 'false' THEN 'false' WHEN verdicts.verdict = 'confirmed' THEN 'counted'
                WHEN stirred.status <> 'counted' THEN stirred.status
                WHEN flips.known_from IS NOT NULL THEN 'held' ELSE 'counted' END AS status,
           CASE WHEN verdicts.verdict IS NOT NULL THEN verdicts.reason
                WHEN stirred.status <> 'counted' THEN stirred.reason
                WHEN flips.known_from IS NOT NULL
                THEN 'undone without a date: the profile was back on ' || CAST(flips.back_on AS VARCHAR)
                ELSE coalesce(stirred.reason, persons.reason) END AS reason
    FROM cuts JOIN stirred USING (number)
    LEFT JOIN persons ON persons.source = stirred.source AND persons.profile = stirred.profile
      AND persons.known_from <= day AND (persons.known_until IS NULL OR persons.known_until > day)
    LEFT JOIN flips ON flips.move = stirred.move AND flips.known_from <= day AND NOT stirred.stated
    LEFT JOIN verdicts ON verdicts.move = stirred.move
      AND verdicts.known_from <= day AND (verdicts.known_until IS NULL OR verdicts.known_until > day)
), told AS (
    SELECT *, lag({'p': person, 's': status, 'r': reason}) OVER (PARTITION BY number ORDER BY day)
              IS NOT DISTINCT FROM {'p': person, 's': status, 'r': reason} AND day > known_from AS same
    FROM settled
)
SELECT number, move, person, status, reason, day AS opens, coalesce(lead(day) OVER (PARTITION BY number ORDER BY day), known_until) AS closes
FROM told WHERE NOT same
UNION ALL
SELECT number, move, source || ':' || profile, status, reason, known_from, known_until FROM stirred WHERE NOT particular;

UPDATE moves SET known_until = ended.day
FROM (SELECT move, min(day) AS day FROM (
          SELECT move, opens AS day FROM pieces UNION ALL SELECT move, closes FROM pieces)
      WHERE day >= $since GROUP BY move) AS ended
WHERE moves.move = ended.move AND moves.known_until IS NULL;
INSERT INTO moves
SELECT (SELECT coalesce(max(version), 0) FROM moves)
         + row_number() OVER (ORDER BY opens, source, profile, pieces.move) AS version,
       pieces.move, source, profile, person, name, url, from_root, from_side, to_root, to_side,
       left_earliest, left_latest, joined_earliest, joined_latest, before_on, observed_on, baseline,
       pieces.status, pieces.reason, occurrence, opens, closes
FROM pieces JOIN profile_moves ON profile_moves.rowid = pieces.number
WHERE opens >= $since
ORDER BY version;
DELETE FROM facts WHERE name = 'unsettled';

-- One row is a move, and one of `tenures_in_scope` a tenure, of which something became known from the first day that any rule is evaluated from up to
-- $horizon. Reads clusters, conditions, moves, queries, tenures and unseen_profiles. Exists because evaluation begins at what changed. Of a person all
-- tenures are here, since the time at one place counts together with the places before it.
CREATE OR REPLACE TEMP TABLE moves_in_scope AS
WITH first_day AS (SELECT min(since) AS day FROM conditions)
SELECT version AS entry FROM moves, first_day
WHERE known_from BETWEEN first_day.day AND $horizon OR known_until BETWEEN first_day.day AND $horizon;
CREATE OR REPLACE TEMP TABLE tenures_in_scope AS
WITH first_day AS (SELECT min(since) AS day FROM conditions WHERE (SELECT bool_or(is_presence) FROM queries)
), changes AS (
    SELECT source, profile, known_from AS day FROM tenures UNION ALL SELECT source, profile, known_until FROM tenures
    UNION ALL SELECT source, profile, known_from FROM clusters UNION ALL SELECT source, profile, known_until FROM clusters
    UNION ALL SELECT source, profile, unseen_from FROM unseen_profiles UNION ALL SELECT source, profile, seen_again_on FROM unseen_profiles
), changed_profiles AS (
    SELECT DISTINCT source, profile FROM changes, first_day WHERE changes.day BETWEEN first_day.day AND $horizon
), changed_people AS (
    SELECT source, profile FROM changed_profiles
    UNION SELECT source, profile FROM clusters WHERE person IN (SELECT person FROM clusters SEMI JOIN changed_profiles USING (source, profile))
)
SELECT tenures.rowid AS number FROM tenures SEMI JOIN changed_people USING (source, profile);

-- One row is a tenure that a changed profile states on $day: its positions at one organisation that overlap or follow each other within $gap days.
-- Reads changed_profiles, held_names, lost_ends, names, previous_tenures, sides, stated_positions and teams. Exists because a promotion is no move.
CREATE OR REPLACE TEMP TABLE dated_positions AS
WITH dated AS (
    SELECT stated_positions.* REPLACE (coalesce(believed.organization, organization) AS organization),
           coalesce(believed.unit, names.unit) AS unit, coalesce(believed.root, names.root) AS root, names.pseudo, teams.team AS team_id, states_an_end(end_written) AS has_end
    FROM stated_positions JOIN names USING (organization, external)
    -- A name that is held counts on as the one that was told.
    LEFT JOIN held_names ON held_names.profile = stated_positions.profile AND held_names.root = names.root
    LEFT JOIN teams ON teams.unit = coalesce(believed.unit, names.unit) AND teams.written = stated_positions.team
), kept AS (
    SELECT dated.* REPLACE (CASE WHEN lost THEN stated_end.e1 ELSE e1 END AS e1, CASE WHEN lost THEN stated_end.e2 ELSE e2 END AS e2), lost
    FROM (SELECT dated.*, stated_end, lost_ends.profile IS NOT NULL AS lost FROM dated LEFT JOIN lost_ends USING (profile, ordinal)) AS dated
), known AS (
    SELECT profile, root, bool_or(begun AND NOT ended) AS ongoing, bool_or(ended) AS left_before,
           max(joined_earliest) FILTER (begun AND NOT ended) AS since, max(start_earliest) FILTER (begun AND NOT ended) AS start_known
    FROM previous_tenures GROUP BY profile, root
), dates_of_one AS (
    -- An end before its start is none. Where the one position there states no start, the start is the one that is known.
    SELECT kept.*, ongoing, left_before, since,
           coalesce(e2 < s1 OR e2 < start_known AND s1 IS NULL AND NOT left_before AND count(*) OVER of_one = 1, false) AS broken
    FROM kept LEFT JOIN known USING (profile, root)
    WINDOW of_one AS (PARTITION BY kept.profile, kept.root)
), sane AS (
    -- An end before its start makes both unknown.
    SELECT * EXCLUDE (s1, s2, e1, e2),
           CASE WHEN broken THEN NULL ELSE s1 END AS s1, CASE WHEN broken THEN NULL ELSE s2 END AS s2,
           CASE WHEN broken THEN NULL ELSE e1 END AS e1, CASE WHEN broken THEN NULL ELSE e2 END AS e2
    FROM dates_of_one
), ends AS (
    SELECT *, CASE WHEN lost THEN true
                   -- Such an end ends nothing that was known to go on, unless the profile tells more of the organisation, or says so by its word.
                   WHEN ongoing AND coalesce(current, true) AND bool_and(broken) OVER (PARTITION BY profile, root) THEN false
                   WHEN has_end THEN e1 IS NOT NULL OR NOT coalesce(current, false)
                   ELSE NOT coalesce(current, true) END AS over
    FROM sane
)
SELECT profile, ordinal, root, pseudo, id, organization_key, s1, s2, e1, e2, over,
       over AND coalesce(current, false) AS says_current,
       hash(unit, organization, team, team_id, title, location) AS side, unit, organization, team, team_id, title, location,
       -- Where someone was known to have left, an undated position is a return, since the last look at the earliest.
       CASE WHEN s1 IS NOT NULL THEN s1
            WHEN NOT over AND ongoing THEN coalesce(since, DATE '0001-01-01')
            WHEN NOT over AND left_before THEN before_on + 1
            ELSE DATE '0001-01-01' END AS opens,
       CASE WHEN NOT over THEN DATE '9999-12-31' ELSE coalesce(e2, s2, DATE '0001-01-01') END AS closes
FROM ends JOIN changed_profiles USING (profile);
INSERT INTO sides
SELECT DISTINCT side, unit, organization, team, team_id, title, location FROM dated_positions
WHERE side NOT IN (SELECT side FROM sides);

CREATE OR REPLACE TEMP TABLE stated_tenures AS
WITH reach AS (
    SELECT *, max(closes) OVER (of_one ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached,
           lag(ordinal) OVER of_one AS ordinal_before, lag(e1) OVER of_one AS e1_before, lag(e2) OVER of_one AS e2_before
    FROM dated_positions WINDOW of_one AS (PARTITION BY profile, root ORDER BY opens, closes, ordinal DESC)
), returns AS (
    -- Told in years, two times at one organisation may touch: what is listed between them, and fits there, keeps them apart.
    SELECT DISTINCT followed.profile, followed.ordinal
    FROM reach AS followed JOIN dated_positions AS other ON other.profile = followed.profile AND other.root <> followed.root
    WHERE e2_before - e1_before > 31 AND NOT other.pseudo AND other.over AND other.s1 >= e1_before AND other.e2 <= followed.s2
      AND other.ordinal BETWEEN least(followed.ordinal, ordinal_before) AND greatest(followed.ordinal, ordinal_before)
), islands AS (
    SELECT reach.*, sum(CASE WHEN opens > reached + CAST($gap AS INTEGER) OR returns.profile IS NOT NULL THEN 1 ELSE 0 END)
              OVER (ORDER BY reach.profile, root, opens, closes, reach.ordinal DESC ROWS UNBOUNDED PRECEDING) AS island
    FROM reach LEFT JOIN returns ON returns.profile = reach.profile AND returns.ordinal = reach.ordinal
), tenures AS (
    SELECT profile, root, island, bool_or(pseudo) AS pseudo,
           arg_min({'side': side, 's1': s1, 's2': s2, 'e2': e2}, {'a': opens, 'b': closes, 'c': -ordinal}) AS first_one,
           arg_max({'side': side, 's1': s1, 'e1': e1, 'e2': e2}, {'a': closes, 'b': opens, 'c': -ordinal}) AS last_one,
           array_to_string(list_sort(list(id) FILTER (WHERE id IS NOT NULL)), chr(31)) AS ids,
           array_to_string(list_sort(list(DISTINCT organization_key) FILTER (WHERE organization_key IS NOT NULL)), chr(31)) AS organization_ids,
           bool_and(over) AS over, bool_or(says_current) AS says_current, max(ordinal) AS place
    FROM islands GROUP BY profile, root, island
)
-- What begins on one day, or in one year, follows as it is listed: the newest first, unless the dates say the oldest first.
SELECT profile, row_number() OVER (ORDER BY profile, first_one.s1 NULLS FIRST, oldest_first * place, root, island) AS num,
       root, pseudo, first_one.side AS entered, last_one.side AS latest, ids, organization_ids,
       first_one.s1, first_one.s2,
       CASE WHEN over THEN last_one.e1 END AS e1, CASE WHEN over THEN last_one.e2 END AS e2,
       over, says_current, CASE WHEN over THEN last_one.s1 END AS last_s1, first_one.e2 AS first_e2
FROM (SELECT *, CASE WHEN covar_pop(place, first_one.s1 - DATE '1970-01-01') OVER (PARTITION BY profile) > 0 THEN 1 ELSE -1 END AS oldest_first FROM tenures);

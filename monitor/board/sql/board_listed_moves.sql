-- One row is a move as believed on a day (or now) within the filters that are set, as `listed_moves` has it. Reads board_moves. Exists because `moves`
-- lists it while a run works.
-- It stands beside `listed_moves` because SQLite writes days, lists and JSON otherwise than DuckDB; a test compares what commands say from both.
WITH named_moves AS (
    SELECT DISTINCT move FROM board_moves
    WHERE $person IS NOT NULL AND (profile = $person OR person = $person OR source || ':' || profile = $person OR folded_name = lower($person))
), newest_named AS (
    SELECT *, row_number() OVER (PARTITION BY source, profile, move ORDER BY known_from DESC) AS place
    FROM board_moves
    WHERE move IN (SELECT move FROM named_moves) AND known_from <= coalesce($known_on, '9999-12-31')
), wanted_moves AS (
    SELECT coalesce(first_id, move) AS move FROM newest_named
    WHERE place = 1 AND (profile = $person OR person = $person OR source || ':' || profile = $person OR folded_name = lower($person))
), versions AS (
    SELECT *, ($origins IS NULL OR from_unit IN (SELECT value FROM json_each($origins)) OR from_root IN (SELECT value FROM json_each($origins)))
           AND ($destinations IS NULL OR to_unit IN (SELECT value FROM json_each($destinations)) OR to_root IN (SELECT value FROM json_each($destinations)))
           AND ($seen_since IS NULL OR observed_on >= $seen_since) AND ($held IS NOT TRUE OR status = 'held')
           AND ($since IS NULL OR joined_latest >= $since) AND ($until IS NULL OR joined_earliest <= $until) AS fits
    FROM board_moves
    WHERE known_from <= coalesce($known_on, '9999-12-31')
      AND ($retracted OR known_until IS NULL OR known_until > coalesce($known_on, '9999-12-31'))
      AND ($person IS NULL OR move IN (SELECT move FROM wanted_moves))
), newest AS (
    SELECT *, CASE WHEN known_until IS NULL OR known_until > coalesce($known_on, '9999-12-31') THEN status ELSE 'retracted' END AS standing,
           row_number() OVER (PARTITION BY source, profile, move ORDER BY known_from DESC) AS place
    FROM versions
    -- On one day one version of a move holds: only with retracted ones may an older version fit, and the newest not.
    WHERE fits OR $retracted
)
SELECT move, person, profile, name, url, source, from_root, from_side, to_root, to_side,
       left_earliest, left_latest, joined_earliest, joined_latest, before_on, observed_on, baseline,
       CASE standing WHEN 'false' THEN 'retracted' ELSE standing END AS status, reason, evidence
FROM newest
WHERE place = 1 AND fits AND (first_id IS NULL OR first_id = move) AND ($retracted OR standing <> 'retracted')
  AND ($held IS NOT TRUE OR standing = 'held')
ORDER BY joined_earliest IS NULL, joined_earliest, joined_latest IS NULL, joined_latest, source, profile, move
LIMIT coalesce($most, -1);

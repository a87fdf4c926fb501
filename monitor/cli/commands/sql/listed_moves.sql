-- One row is a move as believed on a day (or now) within the filters that are set; retracted moves come last, as they were last believed. Reads
-- move_evidence, moves and sides. Exists because `moves` lists it. A move that a review calls false is retracted. A move that several profiles show is
-- listed once, from the profile that was seen first.
WITH believed AS (
    SELECT moves.* EXCLUDE (from_side, to_side), origin AS from_side, target AS to_side, CASE WHEN known_until IS NULL OR known_until > coalesce(CAST($known_on AS DATE), DATE '9999-12-31') THEN status
                   ELSE 'retracted' END AS standing,
           row_number() OVER (PARTITION BY source, profile, move ORDER BY known_from DESC) AS newest
    FROM moves
    LEFT JOIN sides AS origin ON origin.side = moves.from_side
    LEFT JOIN sides AS target ON target.side = moves.to_side
    WHERE known_from <= coalesce(CAST($known_on AS DATE), DATE '9999-12-31')
), wanted_moves AS (
    SELECT coalesce(profile_move_ids[1], move) AS move FROM believed
    WHERE newest = 1 AND (profile = $person OR person = $person OR concat(source, ':', profile) = $person OR lower(name) = lower($person))
)
SELECT move, person, profile, name, url, source, from_root, from_side, to_root, to_side,
       left_earliest, left_latest, joined_earliest, joined_latest, before_on, observed_on, baseline,
       CASE standing WHEN 'false' THEN 'retracted' ELSE standing END AS status, reason, evidence
FROM believed LEFT JOIN move_evidence USING (version)
WHERE newest = 1 AND (profile_move_ids IS NULL OR profile_move_ids[1] = move) AND ($retracted OR standing <> 'retracted')
  AND ($origins IS NULL OR list_contains(CAST($origins AS VARCHAR[]), from_side.unit) OR list_contains(CAST($origins AS VARCHAR[]), from_root))
  AND ($destinations IS NULL OR list_contains(CAST($destinations AS VARCHAR[]), to_side.unit) OR list_contains(CAST($destinations AS VARCHAR[]), to_root))
  AND ($since IS NULL OR joined_latest >= CAST($since AS DATE)) AND ($until IS NULL OR joined_earliest <= CAST($until AS DATE))
  AND ($person IS NULL OR move IN (SELECT move FROM wanted_moves))
ORDER BY joined_earliest, joined_latest, source, profile, move;

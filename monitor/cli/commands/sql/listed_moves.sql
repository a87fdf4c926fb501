-- One row is a move as believed on a day (or now) within the filters that are set; retracted moves come last, as they were last believed. Reads
-- move_evidence, moves and sides. Exists because `moves` lists it. A move that a review calls false is retracted. A move that several profiles show is
-- listed once, from the profile that was seen first. What is not asked for is left out before the versions of a move are ranked.
WITH named_moves AS (
    SELECT DISTINCT source, profile, move FROM moves
    WHERE $person IS NOT NULL AND (profile = $person OR person = $person OR concat(source, ':', profile) = $person OR lower(name) = lower($person))
), newest_named AS (
    SELECT moves.* FROM moves SEMI JOIN named_moves USING (source, profile, move)
    WHERE known_from <= coalesce(CAST($known_on AS DATE), DATE '9999-12-31')
    QUALIFY row_number() OVER (PARTITION BY source, profile, move ORDER BY known_from DESC) = 1
), wanted_moves AS (
    SELECT coalesce(profile_move_ids[1], move) AS move FROM newest_named
    WHERE profile = $person OR person = $person OR concat(source, ':', profile) = $person OR lower(name) = lower($person)
), versions AS (
    SELECT moves.*, ($origins IS NULL OR list_contains(CAST($origins AS VARCHAR[]), origin.unit) OR list_contains(CAST($origins AS VARCHAR[]), from_root))
           AND ($destinations IS NULL OR list_contains(CAST($destinations AS VARCHAR[]), target.unit) OR list_contains(CAST($destinations AS VARCHAR[]), to_root))
           AND ($since IS NULL OR joined_latest >= CAST($since AS DATE)) AND ($until IS NULL OR joined_earliest <= CAST($until AS DATE))
           AND ($seen_since IS NULL OR observed_on >= CAST($seen_since AS DATE)) AND (CAST($held AS BOOLEAN) IS NOT TRUE OR status = 'held') AS fits
    FROM moves
    LEFT JOIN sides AS origin ON origin.side = moves.from_side
    LEFT JOIN sides AS target ON target.side = moves.to_side
    WHERE known_from <= coalesce(CAST($known_on AS DATE), DATE '9999-12-31')
      AND ($retracted OR known_until IS NULL OR known_until > coalesce(CAST($known_on AS DATE), DATE '9999-12-31'))
      AND ($person IS NULL OR move IN (SELECT move FROM wanted_moves))
), fitting_moves AS (
    SELECT DISTINCT source, profile, move FROM versions WHERE fits
), believed AS (
    SELECT versions.*, CASE WHEN known_until IS NULL OR known_until > coalesce(CAST($known_on AS DATE), DATE '9999-12-31') THEN status
                            ELSE 'retracted' END AS standing
    FROM versions SEMI JOIN fitting_moves USING (source, profile, move)
    QUALIFY row_number() OVER (PARTITION BY source, profile, move ORDER BY known_from DESC) = 1
)
SELECT move, person, profile, believed.name, url, source, from_root, origin AS from_side, to_root, target AS to_side,
       left_earliest, left_latest, joined_earliest, joined_latest, before_on, observed_on, baseline,
       CASE standing WHEN 'false' THEN 'retracted' ELSE standing END AS status, reason, evidence
FROM believed
LEFT JOIN sides AS origin ON origin.side = believed.from_side
LEFT JOIN sides AS target ON target.side = believed.to_side
LEFT JOIN move_evidence USING (version)
WHERE fits AND (profile_move_ids IS NULL OR profile_move_ids[1] = move) AND ($retracted OR standing <> 'retracted')
  AND (CAST($held AS BOOLEAN) IS NOT TRUE OR standing = 'held')
ORDER BY joined_earliest, joined_latest, source, profile, move;

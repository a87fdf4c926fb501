-- stays.sql, one row per person, time at an organisation and stretch of days in which it was believed; where somebody was before, one per former organisation too.
CREATE OR REPLACE TEMP TABLE stays AS
WITH pieces AS (
    -- A new piece begins where it becomes known, or is known no longer, that a profile is one person with others.
    SELECT *, lead(edge) OVER (PARTITION BY number ORDER BY edge) AS next_edge FROM (
        SELECT rowid AS number, source, profile, known_from AS edge FROM tenures WHERE (SELECT bool_or(stays) FROM asks)
        UNION SELECT tenures.rowid, tenures.source, tenures.profile, days.day
        FROM tenures JOIN (SELECT source, profile, known_from AS day FROM persons
                           UNION SELECT source, profile, known_until FROM persons) AS days
          ON days.source = tenures.source AND days.profile = tenures.profile
         AND days.day > tenures.known_from AND (tenures.known_until IS NULL OR days.day < tenures.known_until)
         AND (SELECT bool_or(stays) FROM asks))
), there AS (
    SELECT tenures.* REPLACE (edge AS known_from, coalesce(next_edge, tenures.known_until) AS known_until),
           coalesce(persons.person, tenures.source || ':' || tenures.profile) AS person, sides.unit,
           -- Without a start nobody knows since when: possibly always, certainly since it was seen.
           coalesce(joined_earliest, DATE '0001-01-01') AS opens_possibly,
           coalesce(joined_latest, witnessed_on, left_earliest, tenures.known_from) AS opens_certainly,
           CASE WHEN ended THEN coalesce(left_earliest, joined_latest, witnessed_on, DATE '0001-01-01') END AS closes_certainly,
           CASE WHEN ended AND held_from.profile IS NULL THEN coalesce(left_latest, min(tenures.known_from) OVER (
               PARTITION BY tenures.source, tenures.profile, tenure)) END AS closes_possibly,
           held_to.profile IS NOT NULL AS held
    FROM tenures JOIN sides ON sides.side = tenures.latest
    -- Who is held to have moved with a whole organisation is not taken for there, nor for gone.
    LEFT JOIN (SELECT DISTINCT source, profile, from_root FROM moves WHERE status = 'held') AS held_from
      ON held_from.source = tenures.source AND held_from.profile = tenures.profile AND held_from.from_root = tenures.root
    LEFT JOIN (SELECT DISTINCT source, profile, to_root FROM moves WHERE status = 'held') AS held_to
      ON held_to.source = tenures.source AND held_to.profile = tenures.profile AND held_to.to_root = tenures.root
    JOIN pieces ON pieces.number = tenures.rowid
    LEFT JOIN persons ON persons.source = tenures.source AND persons.profile = tenures.profile
      AND persons.known_from <= edge AND (persons.known_until IS NULL OR persons.known_until > edge)
    WHERE begun AND NOT pseudo
), alone AS (
    SELECT source, profile, person, tenure, NULL::VARCHAR AS from_unit, NULL::VARCHAR AS from_root, NULL::UBIGINT AS from_side,
           unit AS to_unit, root AS to_root, latest AS to_side, false AS paired,
           opens_certainly, closes_certainly, opens_possibly, closes_possibly,
           joined_earliest, joined_latest, left_earliest, left_latest, witnessed_on, held, known_from, known_until
    FROM there
), former AS (
    -- No more people than changed organisations; both have to be believed on the same days.
    SELECT now.source, now.profile, now.person, now.tenure, was.unit, was.root, was.latest,
           now.unit, now.root, now.latest, true,
           greatest(now.opens_certainly, coalesce(was.closes_possibly, DATE '9999-12-31')), now.closes_certainly,
           greatest(now.opens_possibly, was.closes_certainly), now.closes_possibly,
           now.joined_earliest, now.joined_latest, now.left_earliest, now.left_latest, now.witnessed_on, now.held,
           greatest(now.known_from, was.known_from), least(now.known_until, was.known_until)
    FROM there AS now JOIN there AS was ON now.person = was.person AND now.root <> was.root AND was.ended
    WHERE (SELECT bool_or(paired) FROM asks WHERE stays)
      AND now.known_from < coalesce(was.known_until, DATE '9999-12-31') AND was.known_from < coalesce(now.known_until, DATE '9999-12-31')
), every AS (SELECT * FROM alone UNION ALL SELECT * FROM former)
SELECT CAST(row_number() OVER () AS UBIGINT) AS entry, hash(from_unit, from_root, to_unit, to_root) AS way, every.*, wearers.name, wearers.url
FROM every ASOF LEFT JOIN wearers
  ON wearers.source = every.source AND wearers.profile = every.profile AND wearers.known_from <= every.known_from;

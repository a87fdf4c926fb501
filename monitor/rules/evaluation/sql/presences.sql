-- One row is a person's time at an organisation, and the days on which it was believed; with one row for each former organisation where a rule asks
-- where somebody was before. Reads dated_tenures, profile_names and queries. Exists because `[stock]` rules count it.
CREATE OR REPLACE TEMP TABLE presences AS
WITH alone AS (
    SELECT source, profile, person, tenure, NULL::VARCHAR AS from_unit, NULL::VARCHAR AS from_root, NULL::UBIGINT AS from_side,
           unit AS to_unit, root AS to_root, latest AS to_side, false AS paired,
           opens_certainly, closes_certainly, opens_possibly, closes_possibly,
           joined_earliest, joined_latest, left_earliest, left_latest, witnessed_on, unseen_from, tracked_until, held, known_from, known_until
    FROM dated_tenures
), former AS (
    -- No more people than changed organisations; both have to be believed on the same days.
    SELECT now.source, now.profile, now.person, now.tenure, was.unit, was.root, was.latest,
           now.unit, now.root, now.latest, true,
           greatest(now.opens_certainly, coalesce(was.closes_possibly, DATE '9999-12-31')), now.closes_certainly,
           greatest(now.opens_possibly, was.closes_certainly), now.closes_possibly,
           now.joined_earliest, now.joined_latest, now.left_earliest, now.left_latest, now.witnessed_on, now.unseen_from, now.tracked_until, now.held,
           greatest(now.known_from, was.known_from), least(now.known_until, was.known_until)
    FROM dated_tenures AS now JOIN dated_tenures AS was ON now.person = was.person AND now.root <> was.root AND was.ended
    WHERE (SELECT bool_or(paired) FROM queries WHERE is_presence)
      AND now.known_from < coalesce(was.known_until, DATE '9999-12-31') AND was.known_from < coalesce(now.known_until, DATE '9999-12-31')
), every AS (SELECT * FROM alone UNION ALL SELECT * FROM former)
SELECT CAST(row_number() OVER () AS UBIGINT) AS entry, hash(from_unit, from_root, to_unit, to_root) AS unit_pair, every.*, names.name, names.url
FROM every ASOF LEFT JOIN (FROM profile_names SEMI JOIN dated_tenures USING (source, profile)) AS names
  ON names.source = every.source AND names.profile = every.profile AND names.known_from <= every.known_from;

-- One row is a position that lists an organisation without an end though the profile said that its person had left; with the end believed so far.
-- Reads held_names, names, previous_tenures and stated_positions. Exists because a cell that fell empty contradicts nothing. What was stated stays,
-- until the profile says that the position goes on (`current`, or a word of $ongoing), states another end, or drops what it listed as going on
-- elsewhere and names nothing in its place.
CREATE OR REPLACE TEMP TABLE lost_ends AS
WITH positions AS (
    SELECT stated_positions.profile, ordinal, coalesce(believed.root, names.root) AS root, id, s1, s2, e2, states_an_end(end_written) AS has_end, NOT has_end AND coalesce(current, true) AS open,
           coalesce(current, false) OR coalesce(lower(trim(end_written)) IN (SELECT unnest(CAST($ongoing AS VARCHAR[]))), false) AS goes_on
    FROM stated_positions JOIN names USING (organization, external)
    LEFT JOIN held_names ON held_names.profile = stated_positions.profile AND held_names.root = names.root
), left_tenures AS (
    -- An end that only the absence of the organisation showed was stated by nobody.
    SELECT * FROM previous_tenures WHERE ended AND (listed OR end_earliest IS NOT NULL)
), positions_of_left_tenures AS (
    -- What begins after the end is another time there; an undated position is the one that goes on, if one does.
    SELECT positions.*, tenure, end_earliest, end_latest, left_latest
    FROM positions JOIN left_tenures USING (profile, root)
    WHERE s1 IS NULL AND (profile, root) NOT IN (SELECT (profile, root) FROM previous_tenures WHERE begun AND NOT ended AND listed)
       OR share_an_id(ids, id) OR (s1 = start_earliest AND s2 = start_latest)
       OR (s1 < coalesce(end_earliest, left_earliest) AND s2 >= coalesce(start_earliest, s2))
), taken_back AS (
    SELECT DISTINCT left_tenures.profile, left_tenures.tenure
    FROM left_tenures JOIN previous_tenures AS later ON later.profile = left_tenures.profile AND later.root <> left_tenures.root
    WHERE later.listed AND later.begun AND NOT later.ended
      AND NOT EXISTS (FROM positions WHERE open AND positions.profile = left_tenures.profile
                      AND (positions.profile, positions.ordinal, left_tenures.tenure) NOT IN (SELECT (profile, ordinal, tenure) FROM positions_of_left_tenures))
)
SELECT profile, ordinal, arg_max({'e1': end_earliest, 'e2': end_latest}, (coalesce(left_latest, DATE '0001-01-01'), tenure)) AS stated_end
FROM positions_of_left_tenures
WHERE open AND NOT goes_on AND (profile, tenure) NOT IN (SELECT (profile, tenure) FROM taken_back)
  AND (profile, tenure) NOT IN (
      SELECT (profile, tenure) FROM positions_of_left_tenures WHERE goes_on OR has_end AND coalesce(e2 >= end_earliest, true))
GROUP BY profile, ordinal;

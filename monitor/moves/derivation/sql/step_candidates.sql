-- One row is a departure (a) and the tenure elsewhere (b) that may be its destination, nearest first. Reads next_tenures, renamed_tenures,
-- revised_profiles and second_tenures. Exists because a move has an origin and a destination.
CREATE OR REPLACE TEMP TABLE tenure_sequence AS
WITH steps AS (
    -- A time that goes on under a held name is one time at the organisation: the latter says from when to when. Who leaves since the name changed
    -- leaves the new name.
    SELECT CASE WHEN said.left_latest >= next_tenures.left_earliest THEN said.root ELSE next_tenures.root END AS left_root,
           next_tenures.* REPLACE (
               CASE WHEN said.left_latest >= next_tenures.left_earliest THEN said.latest ELSE next_tenures.latest END AS latest,
               CASE WHEN said.start_earliest IS NULL THEN next_tenures.start_earliest ELSE said.start_earliest END AS start_earliest,
               CASE WHEN said.start_earliest IS NULL THEN next_tenures.joined_earliest ELSE said.joined_earliest END AS joined_earliest,
               CASE WHEN said.start_earliest IS NULL THEN next_tenures.joined_latest ELSE said.joined_latest END AS joined_latest,
               CASE WHEN said.profile IS NULL THEN next_tenures.end_earliest ELSE said.end_earliest END AS end_earliest,
               CASE WHEN said.profile IS NULL THEN next_tenures.left_earliest ELSE said.left_earliest END AS left_earliest,
               CASE WHEN said.profile IS NULL THEN next_tenures.left_latest ELSE said.left_latest END AS left_latest,
               CASE WHEN said.profile IS NULL THEN next_tenures.leave_shown_on ELSE said.leave_shown_on END AS leave_shown_on,
               CASE WHEN said.profile IS NULL THEN next_tenures.ended ELSE said.ended END AS ended,
               CASE WHEN said.profile IS NULL THEN next_tenures.listed ELSE said.listed END AS listed,
               CASE WHEN said.profile IS NULL THEN next_tenures.corrected_by ELSE said.corrected_by END AS corrected_by)
    FROM next_tenures
    LEFT JOIN renamed_tenures ON renamed_tenures.profile = next_tenures.profile AND renamed_tenures.former = next_tenures.tenure
    LEFT JOIN next_tenures AS said ON said.profile = renamed_tenures.profile AND said.tenure = renamed_tenures.latter
    WHERE (next_tenures.profile, next_tenures.tenure) NOT IN (SELECT (profile, latter) FROM renamed_tenures)
)
SELECT steps.*, day, row_number() OVER order_of_life AS step,
       CASE WHEN lag(profile) OVER order_of_life = profile THEN lag(root) OVER order_of_life END AS root_before,
       CASE WHEN lead(profile) OVER order_of_life = profile THEN lead(root) OVER order_of_life END AS root_after,
       start_earliest IS NOT NULL AS join_stated,
       end_earliest IS NOT NULL AS leave_stated
FROM steps JOIN revised_profiles USING (profile)
WHERE begun AND NOT pseudo
  AND (profile, root) NOT IN (SELECT (profile, root) FROM second_tenures)
-- One order of all is found much faster than one for each profile.
WINDOW order_of_life AS (ORDER BY profile, joined_earliest NULLS FIRST, coalesce(left_earliest, DATE '9999-12-31'), tenure);
CREATE OR REPLACE TEMP TABLE chosen_pairs (profile VARCHAR, a INTEGER, b INTEGER);
CREATE OR REPLACE TEMP TABLE pair_candidates AS
WITH pairs AS (
    SELECT origin.profile, origin.tenure AS a, target.tenure AS b,
           greatest(target.joined_earliest - origin.left_latest, 0) AS after_days,
           greatest(origin.left_earliest - target.joined_latest, 0) AS before_days,
           target.step - origin.step AS steps, target.join_stated,
           coalesce(origin.leave_shown_on = target.join_shown_on, false) AS shown_together, origin.witnessed_on IS NOT NULL AS witnessed
    FROM tenure_sequence AS origin JOIN tenure_sequence AS target
      ON target.profile = origin.profile AND target.root <> origin.root AND target.step > origin.step
    WHERE origin.ended AND origin.left_earliest IS NOT NULL AND target.joined_earliest IS NOT NULL AND origin.corrected_by IS NULL
)
SELECT profile, a, b, after_days + before_days AS k1, steps AS k2, 0 AS k3
FROM pairs
WHERE CASE WHEN join_stated THEN after_days <= CAST($next_within AS INTEGER) AND before_days <= CAST($before AS INTEGER)
           -- An undated tenure pairs with the departure shown by the same comparison, and with no other.
           ELSE shown_together AND (witnessed OR (after_days <= CAST($next_within AS INTEGER)
                                                  AND before_days <= CAST($before AS INTEGER))) END;

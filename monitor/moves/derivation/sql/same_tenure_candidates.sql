-- One row is a tenure known so far (a) and one now stated at the same organisation (b), best first. Reads changed_profiles, previous_tenures and
-- stated_tenures. Exists because a tenure that goes on keeps what was known of it. Who fell silent today stays as last believed.
DELETE FROM previous_tenures WHERE profile NOT IN (SELECT profile FROM changed_profiles);
CREATE OR REPLACE TEMP TABLE chosen_pairs (profile VARCHAR, a INTEGER, b INTEGER);
CREATE OR REPLACE TEMP TABLE overlapping_tenures AS
WITH pairs AS (
    SELECT previous_tenures.profile, previous_tenures.tenure AS a, stated_tenures.num AS b, previous_tenures.ended, stated_tenures.over, previous_tenures.listed,
           previous_tenures.start_earliest, stated_tenures.s1,
           previous_tenures.end_earliest IS NULL AND changed_profiles.day - previous_tenures.leave_shown_on <= CAST($undone_within AS INTEGER)
           AND previous_tenures.profile NOT IN (SELECT profile FROM previous_tenures WHERE listed) AS was_blank,
           share_an_id(previous_tenures.ids, stated_tenures.ids) AS same_id,
           coalesce(previous_tenures.start_earliest = stated_tenures.s1 AND previous_tenures.start_latest = stated_tenures.s2, false) AS same_start,
           coalesce(previous_tenures.start_earliest, DATE '0001-01-01') AS previous_opens,
           CASE WHEN previous_tenures.ended THEN coalesce(previous_tenures.left_latest, DATE '9999-12-31') ELSE DATE '9999-12-31' END AS previous_closes,
           coalesce(stated_tenures.s1, DATE '0001-01-01') AS opens,
           CASE WHEN stated_tenures.over THEN coalesce(stated_tenures.e2, DATE '9999-12-31') ELSE DATE '9999-12-31' END AS closes
    FROM previous_tenures JOIN stated_tenures ON stated_tenures.profile = previous_tenures.profile AND stated_tenures.root = previous_tenures.root
    JOIN changed_profiles ON changed_profiles.profile = previous_tenures.profile
)
SELECT * FROM pairs
WHERE same_id OR same_start
   OR (opens <= previous_closes + CAST($gap AS INTEGER) AND previous_opens <= closes + CAST($gap AS INTEGER));

CREATE OR REPLACE TEMP TABLE pair_candidates AS
SELECT profile, a, b,
       CASE WHEN same_id THEN 0 WHEN same_start THEN 1 WHEN listed OR NOT ended THEN 2 ELSE 3 END AS k1,
       CASE WHEN ended = over THEN 0 ELSE 1 END AS k2,
       coalesce(abs(start_earliest - s1), 0) AS k3
FROM overlapping_tenures
-- Gone from the profile and back without a date is a return, not the same tenure, unless it is told as over, or the profile named no job in between.
WHERE same_id OR same_start OR listed OR NOT ended OR over OR coalesce(was_blank, false);

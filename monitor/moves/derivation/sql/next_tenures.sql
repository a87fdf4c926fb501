-- One row is a tenure of a changed profile as believed from the day of its look on. Reads changed_profiles, chosen_pairs, continued_tenures, overlapping_tenures,
-- previous_tenures, relabelled_tenures and stated_tenures. Exists because what a profile states now and what was believed before are put together
-- here.
INSERT INTO continued_tenures SELECT * FROM chosen_pairs;
CREATE OR REPLACE TEMP TABLE covered_tenures AS
SELECT DISTINCT profile, a FROM overlapping_tenures
-- What ended on an unknown day covers nothing that began after it.
WHERE (listed OR NOT ended) AND NOT (over AND closes = DATE '9999-12-31' AND opens < previous_opens) AND (profile, a) NOT IN (SELECT (profile, a) FROM continued_tenures);
-- Where one organisation got the name of another, a time at the one may be part of a time at the other now.
INSERT INTO covered_tenures
SELECT DISTINCT previous_tenures.profile, previous_tenures.tenure
FROM previous_tenures JOIN changed_profiles ON changed_profiles.profile = previous_tenures.profile
JOIN (SELECT day, old_root, new_root FROM relabelled_tenures GROUP BY ALL HAVING count(DISTINCT profile) >= 3) AS renamed ON renamed.old_root = previous_tenures.root AND renamed.day = changed_profiles.day
JOIN stated_tenures ON stated_tenures.profile = previous_tenures.profile AND stated_tenures.root = renamed.new_root
WHERE stated_tenures.s1 <= previous_tenures.start_latest AND (NOT stated_tenures.over OR previous_tenures.ended AND stated_tenures.e2 >= previous_tenures.left_earliest)
  AND (previous_tenures.profile, previous_tenures.tenure) NOT IN (SELECT (profile, a) FROM continued_tenures);
-- A profile that lists a tenure as going on which it said had ended takes the departure back, and what came of it; so does one
-- that lets it end on another day, and no longer lists what came of the end that it stated before.
CREATE OR REPLACE TEMP TABLE reversed_tenures AS
SELECT DISTINCT later.profile, later.tenure AS a
FROM continued_tenures JOIN stated_tenures ON stated_tenures.profile = continued_tenures.profile AND stated_tenures.num = continued_tenures.b
JOIN previous_tenures AS former ON former.profile = continued_tenures.profile AND former.tenure = continued_tenures.a
JOIN previous_tenures AS later ON later.profile = former.profile AND later.tenure <> former.tenure
JOIN changed_profiles ON changed_profiles.profile = former.profile
WHERE former.ended AND later.listed AND later.begun AND NOT later.ended AND later.joined_latest >= former.left_earliest
  AND CASE WHEN stated_tenures.over THEN (stated_tenures.e2 < former.end_earliest OR stated_tenures.e1 > former.end_latest) AND later.joined_earliest <= former.end_latest + CAST($gap AS INTEGER)
           ELSE changed_profiles.day - later.join_shown_on <= CAST($undone_within AS INTEGER) END
  AND (later.profile, later.tenure) NOT IN (SELECT (profile, a) FROM continued_tenures);
CREATE OR REPLACE TEMP TABLE next_tenures AS
WITH now AS (
    SELECT stated_tenures.*, continued_tenures.a
    FROM stated_tenures LEFT JOIN continued_tenures ON continued_tenures.profile = stated_tenures.profile AND continued_tenures.b = stated_tenures.num
), numbers AS (
    -- A tenure not met before gets the next number of its profile.
    SELECT profile, num, coalesce(last.tenure, 0) + row_number() OVER (PARTITION BY profile ORDER BY num) AS tenure
    FROM now LEFT JOIN (SELECT profile, max(tenure) AS tenure FROM previous_tenures GROUP BY profile) AS last USING (profile)
    WHERE a IS NULL
), both_sides AS (
    -- now: what the profile states today; was: what was believed so far; either may be missing.
    SELECT coalesce(was.profile, now.profile) AS profile, now.profile IS NOT NULL AS stated, was.profile IS NOT NULL AS known,
           now.num, now.over, now.says_current, now.s1 AS now_s1, now.s2 AS now_s2, now.e1 AS now_e1, now.e2 AS now_e2, now.last_s1, now.first_e2,
           coalesce(was.tenure, numbers.tenure) AS tenure, was.start_earliest, was.start_latest, was.start_stated_on,
           was.end_earliest, was.end_latest, was.end_stated_on,
           was.begun AS was_begun, was.ended AS was_ended, was.witnessed_on,
           was.joined_earliest AS was_j1, was.joined_latest AS was_j2, was.join_shown_on AS was_join_shown_on,
           was.left_earliest AS was_l1, was.left_latest AS was_l2, was.leave_shown_on AS was_leave_shown_on, was.corrected_by AS was_corrected_by,
           CASE WHEN stated THEN now.root ELSE was.root END AS root,
           CASE WHEN stated THEN now.pseudo ELSE was.pseudo END AS pseudo,
           CASE WHEN stated THEN now.entered ELSE was.entered END AS entered,
           CASE WHEN stated THEN now.latest ELSE was.latest END AS latest,
           CASE WHEN stated THEN now.ids ELSE was.ids END AS ids,
           CASE WHEN stated THEN now.organization_ids ELSE was.organization_ids END AS organization_ids
    FROM previous_tenures AS was FULL JOIN now ON now.profile = was.profile AND now.a = was.tenure
    LEFT JOIN numbers ON numbers.profile = now.profile AND numbers.num = now.num
), dates AS (
    SELECT both_sides.*, changed_profiles.before_on, changed_profiles.day, was_begun AND NOT was_ended AS was_there,
           -- A start after a day on which the person was seen there is that of a later position, the earlier ones cut away.
           CASE WHEN now_s1 IS NULL OR now_s1 > witnessed_on THEN start_earliest ELSE now_s1 END AS s1,
           CASE WHEN now_s1 IS NULL OR now_s1 > witnessed_on THEN start_latest ELSE now_s2 END AS s2,
           -- Who was there and is gone leaves by what the look shows: an end that was planned is no longer stated.
           CASE WHEN over OR NOT stated AND NOT was_there THEN coalesce(now_e1, end_earliest) END AS e1,
           CASE WHEN over OR NOT stated AND NOT was_there THEN coalesce(now_e2, end_latest) END AS e2
    FROM both_sides JOIN changed_profiles USING (profile)
), since AS (
    -- A stated date is cut at the first observation that states it.
    SELECT *, CASE WHEN s1 = start_earliest AND s2 = start_latest THEN start_stated_on
                   WHEN s1 IS NOT NULL THEN day END AS s_on,
              CASE WHEN e1 = end_earliest AND e2 = end_latest THEN end_stated_on
                   WHEN e1 IS NOT NULL THEN day END AS e_on
    FROM dates
), plans AS (
    -- A date that lay ahead when it was first stated is a plan until its last day has come.
    SELECT *, coalesce(s1 > s_on AND s2 > day, false) AS start_planned,
              stated AND coalesce(over AND e2 > day AND (e1 > e_on OR says_current), false) AS end_planned
    FROM since
), belief AS (
    SELECT *, NOT start_planned AS begun,
           CASE WHEN stated THEN over AND NOT end_planned ELSE true END AS ended
    FROM plans
), intervals AS (
    SELECT *,
           CASE WHEN NOT begun THEN NULL WHEN s1 IS NOT NULL THEN s1
                WHEN known THEN was_j1
                WHEN before_on IS NOT NULL AND NOT over THEN before_on + 1 END AS j1,
           CASE WHEN NOT begun THEN NULL WHEN s1 > s_on THEN s2 WHEN s1 IS NOT NULL THEN least(s2, s_on)
                WHEN known THEN was_j2
                WHEN before_on IS NOT NULL AND NOT over THEN day END AS j2,
           CASE WHEN NOT ended THEN NULL
                WHEN NOT stated AND was_there THEN before_on + 1
                WHEN NOT stated THEN was_l1
                WHEN e1 IS NOT NULL THEN e1
                WHEN was_ended THEN was_l1
                WHEN was_there THEN before_on + 1 END AS l1,
           CASE WHEN NOT ended THEN NULL
                WHEN NOT stated AND was_there THEN day
                WHEN NOT stated THEN was_l2
                WHEN e1 > e_on THEN e2 WHEN e1 IS NOT NULL THEN least(e2, e_on)
                WHEN was_ended THEN was_l2
                WHEN was_there THEN day END AS l2
    FROM belief
)
SELECT CAST($source AS VARCHAR) AS source, profile,
       tenure,
       root, pseudo, entered, latest, ids, organization_ids,
       s1 AS start_earliest, s2 AS start_latest, s_on AS start_stated_on,
       e1 AS end_earliest, e2 AS end_latest, e_on AS end_stated_on,
       begun, ended, stated AS listed, coalesce(witnessed_on, CASE WHEN begun AND NOT ended THEN day END) AS witnessed_on,
       -- Of what is stated: nobody leaves before they came, nor before the last position that they left began; nobody comes after they left.
       j1 AS joined_earliest, CASE WHEN s1 IS NOT NULL AND least(l2, first_e2) >= j1 THEN least(j2, l2, first_e2) ELSE j2 END AS joined_latest,
       CASE WHEN known THEN was_join_shown_on WHEN before_on IS NOT NULL THEN day END AS join_shown_on,
       CASE WHEN greatest(s1, last_s1) <= l2 THEN greatest(l1, s1, last_s1) ELSE l1 END AS left_earliest, l2 AS left_latest,
       CASE WHEN NOT ended THEN NULL WHEN was_ended THEN was_leave_shown_on
            WHEN before_on IS NOT NULL THEN day END AS leave_shown_on,
       least(CASE WHEN start_planned THEN s2 END, CASE WHEN end_planned THEN e2 END) AS due,
       CASE WHEN NOT stated THEN was_corrected_by END AS corrected_by
FROM intervals
-- What was only stated and is no longer stated is no longer believed, if the profile still lists jobs; what was seen to be so is, unless another
-- tenure at the same organisation now covers it.
WHERE stated OR (was_begun AND (NOT was_ended OR witnessed_on IS NOT NULL OR profile NOT IN (SELECT profile FROM stated_tenures))
                 AND (profile, tenure) NOT IN (SELECT (profile, a) FROM covered_tenures)
                 AND (profile, tenure) NOT IN (SELECT (profile, a) FROM reversed_tenures));

-- One row is a tenure that is no longer listed (a) and a new one (b) that keeps its start date, its id at the source or, where neither states a
-- start, the end that both state. Reads changed_profiles, chosen_pairs, previous_tenures and stated_tenures. Exists because such a tenure got another name and is no
-- move.
CREATE OR REPLACE TEMP TABLE continued_tenures AS SELECT * FROM chosen_pairs;
DELETE FROM chosen_pairs;
CREATE OR REPLACE TEMP TABLE relabelled_pairs AS (
    SELECT previous_tenures.profile, previous_tenures.tenure AS a, stated_tenures.num AS b, previous_tenures.root AS old_root, stated_tenures.root AS new_root, changed_profiles.day,
           CASE WHEN share_an_id(previous_tenures.ids, stated_tenures.ids) THEN 0
                WHEN previous_tenures.start_earliest = stated_tenures.s1 AND previous_tenures.start_latest = stated_tenures.s2
                  OR is_one_organization(previous_tenures.organization_ids, stated_tenures.organization_ids, previous_tenures.ended,
                                         previous_tenures.start_earliest, stated_tenures.e2)
                     AND NOT previous_tenures.pseudo AND NOT stated_tenures.pseudo
                  OR same_end_alone(previous_tenures.start_earliest, stated_tenures.s1, previous_tenures.end_earliest, stated_tenures.e1, previous_tenures.end_latest, stated_tenures.e2)
                THEN 1 ELSE 2 END AS k1,
           CASE WHEN previous_tenures.ended = stated_tenures.over THEN 0 ELSE 1 END AS k2,
           coalesce(abs(previous_tenures.end_earliest - stated_tenures.e1), 0) AS k3,
           abs(previous_tenures.start_earliest - stated_tenures.s1) AS moved_days
    FROM previous_tenures JOIN stated_tenures ON stated_tenures.profile = previous_tenures.profile AND stated_tenures.root <> previous_tenures.root
    JOIN changed_profiles ON changed_profiles.profile = previous_tenures.profile
    WHERE previous_tenures.listed
      AND (previous_tenures.profile, previous_tenures.tenure) NOT IN (SELECT (profile, a) FROM continued_tenures)
      AND (stated_tenures.profile, stated_tenures.num) NOT IN (SELECT (profile, b) FROM continued_tenures)
);
CREATE OR REPLACE TEMP TABLE pair_candidates AS
SELECT profile, a, b, k1, k2, k3 FROM relabelled_pairs
-- Where several got the name in the place of the old one, so did who edits the start on the same day.
WHERE k1 < 2 OR moved_days <= 366 AND (day, old_root, new_root) IN (
    SELECT (day, old_root, new_root) FROM relabelled_pairs WHERE k1 < 2 GROUP BY ALL HAVING count(DISTINCT profile) >= 3);

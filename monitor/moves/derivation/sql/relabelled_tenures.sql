-- One row is a tenure of a changed profile that has another name now and is the same tenure by its start or its id. Reads changed_profiles,
-- chosen_pairs, previous_tenures and stated_tenures. Exists because names that change under many people are changes of the organisation. The pairs are those chosen
-- of `relabelled_tenure_candidates`.
CREATE OR REPLACE TEMP TABLE relabelled_tenures AS
SELECT previous_tenures.profile, changed_profiles.day, previous_tenures.root AS old_root, stated_tenures.root AS new_root, NOT previous_tenures.ended AND NOT stated_tenures.over AS ongoing,
       previous_tenures.latest AS old_side, stated_tenures.latest AS new_side
FROM chosen_pairs JOIN previous_tenures ON previous_tenures.profile = chosen_pairs.profile AND previous_tenures.tenure = chosen_pairs.a
JOIN stated_tenures ON stated_tenures.profile = chosen_pairs.profile AND stated_tenures.num = chosen_pairs.b
JOIN changed_profiles ON changed_profiles.profile = chosen_pairs.profile
WHERE previous_tenures.root <> stated_tenures.root AND NOT previous_tenures.pseudo AND NOT stated_tenures.pseudo;

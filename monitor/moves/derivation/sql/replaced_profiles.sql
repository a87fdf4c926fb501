-- One row is a changed profile with nothing left of where it was or of when that began. Reads changed_profiles, previous_tenures and stated_tenures.
-- Exists because only such an id may have been handed on to another person; on most days there is none.
CREATE OR REPLACE TEMP TABLE replaced_profiles AS
SELECT profile FROM changed_profiles
WHERE before_on IS NOT NULL
  AND profile IN (SELECT profile FROM previous_tenures WHERE NOT pseudo)
  AND profile IN (SELECT profile FROM stated_tenures WHERE NOT pseudo)
EXCEPT SELECT profile FROM previous_tenures JOIN stated_tenures USING (profile, root)
EXCEPT SELECT previous_tenures.profile FROM previous_tenures JOIN stated_tenures
    ON stated_tenures.profile = previous_tenures.profile AND stated_tenures.s1 = previous_tenures.start_earliest;

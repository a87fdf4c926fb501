-- One row is a changed profile whose id now names another person: another name, and nothing left of where it was or of when that began. Reads
-- changed_profiles, previous_tenures, profile_names, shown_profile_names, stated_tenures and $before. Exists because an id that was handed on has not
-- moved; what it shows is held until an operator decides.
CREATE OR REPLACE TEMP TABLE reassigned_profiles AS
WITH replaced AS (
    SELECT profile FROM changed_profiles
    WHERE before_on IS NOT NULL
      AND profile IN (SELECT profile FROM previous_tenures WHERE NOT pseudo)
      AND profile IN (SELECT profile FROM stated_tenures WHERE NOT pseudo)
    EXCEPT SELECT profile FROM previous_tenures JOIN stated_tenures USING (profile, root)
    EXCEPT SELECT previous_tenures.profile FROM previous_tenures JOIN stated_tenures
        ON stated_tenures.profile = previous_tenures.profile AND stated_tenures.s1 = previous_tenures.start_earliest
), former AS (
    SELECT id AS profile, name FROM read_parquet($before) WHERE id IN (SELECT profile FROM replaced)
), named AS (
    -- Who was not in the last snapshot is known by the name from before.
    SELECT profile, coalesce(any_value(former.name), arg_max(profile_names.name, profile_names.known_from)) AS name
    FROM replaced LEFT JOIN former USING (profile) LEFT JOIN profile_names ON profile_names.source = $source AND profile_names.profile = replaced.profile
    GROUP BY profile
)
SELECT profile, named.name AS former, shown_profile_names.name AS latter
FROM named JOIN shown_profile_names USING (profile)
WHERE names_another_person(profile, named.name, shown_profile_names.name);

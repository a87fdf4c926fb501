-- One row is a changed profile whose id now names another person: another name, and nothing left of where it was or of when that began. Reads
-- changed_profiles, former_names, profile_names, replaced_profiles and shown_profile_names. Exists because an id that was handed on has not moved; what
-- it shows is held until an operator decides.
CREATE OR REPLACE TEMP TABLE reassigned_profiles AS
WITH named AS (
    -- Who was not in the last snapshot is known by the name from before; that of this look is stored by now.
    SELECT profile, coalesce(any_value(former_names.name), arg_max(profile_names.name, profile_names.known_from)) AS name
    FROM replaced_profiles JOIN changed_profiles USING (profile) LEFT JOIN former_names USING (profile)
    LEFT JOIN profile_names ON profile_names.source = $source AND profile_names.profile = replaced_profiles.profile
        AND profile_names.known_from < changed_profiles.day
    GROUP BY profile
)
SELECT profile, named.name AS former, shown_profile_names.name AS latter
FROM named JOIN shown_profile_names USING (profile)
WHERE names_another_person(profile, named.name, shown_profile_names.name);

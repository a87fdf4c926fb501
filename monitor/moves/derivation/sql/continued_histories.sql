-- One row is a profile that vanished in this comparison and a new one of its name that states all of its dated stays, those that went on as going on
-- until $before_on at least. Reads changed_profiles, compared_profiles, profile_names, shown_profile_names, stated_tenures and tenures. Exists because an
-- id often changes together with the job. The new profile may tell more: the move that it shows is the person's next one, and no second history.
CREATE OR REPLACE TEMP TABLE continued_histories AS
WITH vanished AS (
    SELECT compared_profiles.profile, plain_name(arg_max(profile_names.name, profile_names.known_from)) AS name
    FROM compared_profiles JOIN profile_names ON profile_names.source = $source AND profile_names.profile = compared_profiles.profile
    WHERE compared_profiles.vanished GROUP BY compared_profiles.profile
), fresh AS (
    SELECT changed_profiles.profile, plain_name(name) AS name
    FROM changed_profiles JOIN shown_profile_names USING (profile) WHERE before_on IS NULL AND name <> changed_profiles.profile
), namesakes AS (
    SELECT vanished.profile AS former, fresh.profile AS latter FROM vanished JOIN fresh USING (name) WHERE vanished.name <> '' AND vanished.name <> vanished.profile
), stays AS (
    SELECT former, latter, root, start_earliest, start_latest, end_earliest, end_latest, ended
    FROM namesakes JOIN tenures ON tenures.source = $source AND tenures.profile = former
    WHERE known_until IS NULL AND begun AND NOT pseudo AND start_earliest IS NOT NULL
), told_again AS (
    SELECT stays.*, stated_tenures.profile IS NOT NULL AS is_stated
    FROM stays LEFT JOIN stated_tenures ON stated_tenures.profile = latter AND stated_tenures.root = stays.root
     AND s1 = start_earliest AND s2 = start_latest
     AND CASE WHEN ended THEN e1 IS NOT DISTINCT FROM end_earliest AND e2 IS NOT DISTINCT FROM end_latest
              ELSE NOT over OR coalesce(e2 >= CAST($before_on AS DATE), true) END
)
SELECT former, latter FROM told_again GROUP BY former, latter
HAVING bool_and(is_stated) AND sum(bits(start_earliest, start_latest) + bits(end_earliest, end_latest)) >= 6;

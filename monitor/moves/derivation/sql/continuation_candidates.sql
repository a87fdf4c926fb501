-- One row is a profile that is missing and a new one that states all of its dated stays, those that went on as going on until the former was last seen at
-- least, under a name that shares a word with the former one; the last part returns the pairs whose names are written otherwise. Reads
-- changed_profiles, missing_profiles, previous_tenures, profile_names, shown_profile_names, stated_tenures and tenures. Exists because an id often changes together with
-- the job, and the name with the id. The new profile may tell more: the move that it shows is the person's next one, and no second history.
CREATE OR REPLACE TEMP TABLE continuation_candidates AS
WITH vanished AS (
    SELECT missing_profiles.profile, last_on, arg_max(profile_names.name, profile_names.known_from) AS name
    FROM missing_profiles JOIN profile_names ON profile_names.source = $source AND profile_names.profile = missing_profiles.profile
    GROUP BY missing_profiles.profile, last_on
), fresh AS (
    SELECT changed_profiles.profile, name FROM changed_profiles JOIN shown_profile_names USING (profile)
    WHERE changed_profiles.profile NOT IN (SELECT profile FROM previous_tenures) AND name <> changed_profiles.profile
), former_words AS (
    SELECT profile, name, unnest(name_signs(name)) AS word FROM vanished WHERE name <> profile
), latter_words AS (
    SELECT profile, name, unnest(name_signs(name)) AS word FROM fresh
), believed AS (
    SELECT profile, root, start_earliest, start_latest, end_earliest, end_latest, ended, last_on
    FROM tenures JOIN vanished USING (profile)
    WHERE source = $source AND known_until IS NULL AND begun AND NOT pseudo AND start_earliest IS NOT NULL
    -- Whose days tell too little is like nobody: many people share a year.
    QUALIFY sum(bits(start_earliest, start_latest) + bits(end_earliest, end_latest)) OVER (PARTITION BY profile) >= 6
), namesakes AS (
    -- Names are common, and so are days: those are compared in full that share a word of the name and a stay.
    SELECT DISTINCT former_words.profile AS former, latter_words.profile AS latter, former_words.name AS former_name, latter_words.name AS latter_name
    FROM former_words JOIN believed ON believed.profile = former_words.profile
    JOIN stated_tenures ON stated_tenures.root = believed.root AND s1 = start_earliest AND s2 = start_latest
    JOIN latter_words ON latter_words.profile = stated_tenures.profile AND latter_words.word = former_words.word
), told_again AS (
    SELECT former, latter, former_name, latter_name, start_earliest, start_latest, end_earliest, end_latest, stated_tenures.profile IS NOT NULL AS is_stated
    FROM namesakes JOIN believed ON believed.profile = former
    LEFT JOIN stated_tenures ON stated_tenures.profile = latter AND stated_tenures.root = believed.root
     AND s1 = start_earliest AND s2 = start_latest
     AND CASE WHEN ended THEN e1 IS NOT DISTINCT FROM end_earliest AND e2 IS NOT DISTINCT FROM end_latest
              ELSE NOT over OR coalesce(e2 >= last_on, true) END
)
SELECT former, latter, former_name, latter_name, plain_name(former_name) = plain_name(latter_name) AS is_named_alike
FROM told_again GROUP BY former, latter, former_name, latter_name
-- A name that is written otherwise tells less, so that the days have to tell more.
HAVING bool_and(is_stated) AND sum(bits(start_earliest, start_latest) + bits(end_earliest, end_latest)) >= CASE WHEN is_named_alike THEN 6 ELSE 11 END;
SELECT former, latter, former_name, latter_name FROM continuation_candidates WHERE NOT is_named_alike ORDER BY former, latter;

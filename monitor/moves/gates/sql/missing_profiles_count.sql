-- One row is how many profiles of the last accepted snapshot the new one lacks: without a word; because the source shows no profile of them, as it says;
-- and how many of those without a word stand for erased people, whose number is below $below if it is given. Reads compared_profiles. Exists because
-- a snapshot that lacks too many without a word is suspect, and nobody is missing who was erased.
SELECT count(*) FILTER (NOT is_told), count(*) FILTER (is_told),
       count(*) FILTER (NOT is_told AND is_number(profile)
                        AND coalesce(TRY_CAST(regexp_extract(profile, '[0-9]+$') AS BIGINT) < CAST($below AS BIGINT), true))
FROM (SELECT profile, list_contains(CAST($absent AS VARCHAR[]), profile) AS is_told FROM compared_profiles WHERE vanished);

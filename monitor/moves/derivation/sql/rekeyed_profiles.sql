-- One row is a profile that vanished in this comparison and the same under another id: the id written otherwise, or the only new one that looks like
-- it or goes on with its history: under one name, or as one of the pairs $formers and $latters, whose names are two ways to write one. Reads
-- changed_profiles, compared_profiles, continuation_candidates, match_keys, respelled_profiles and shown_match_keys. Exists because a source that
-- changes its ids has not lost its people.
CREATE OR REPLACE TEMP TABLE rekeyed_profiles AS
WITH continued AS (
    SELECT former, latter FROM continuation_candidates WHERE is_named_alike
    UNION
    SELECT unnest(CAST($formers AS VARCHAR[])), unnest(CAST($latters AS VARCHAR[]))
), fresh AS (
    SELECT profile, digest FROM shown_match_keys JOIN changed_profiles USING (profile)
    WHERE changed_profiles.before_on IS NULL AND kind IN ('history', 'short history', 'page')
      AND profile NOT IN (SELECT latter FROM respelled_profiles)
), pairs AS (
    SELECT DISTINCT match_keys.profile AS former, fresh.profile AS latter
    FROM fresh JOIN match_keys USING (digest)
    WHERE match_keys.source = $source AND match_keys.profile IN (SELECT profile FROM compared_profiles WHERE vanished)
      AND match_keys.profile NOT IN (SELECT former FROM respelled_profiles)
    UNION
    SELECT former, latter FROM continued
    WHERE former NOT IN (SELECT former FROM respelled_profiles) AND latter NOT IN (SELECT latter FROM respelled_profiles)
)
SELECT former, latter FROM respelled_profiles
UNION ALL
SELECT former, latter FROM pairs
WHERE former IN (SELECT former FROM pairs GROUP BY former HAVING count(*) = 1)
  AND latter IN (SELECT latter FROM pairs GROUP BY latter HAVING count(*) = 1)
ORDER BY former;
SELECT count(*) FROM rekeyed_profiles;

-- One row is a profile that is missing and the same under another id, with the day on which the former was last seen: the id written otherwise, or the only
-- one of which nothing is believed that looks like it or goes on with its history: under one name, or as one of the pairs $formers and $latters, whose names
-- are two ways to write one. Reads changed_profiles, continuation_candidates, match_keys, missing_profiles, previous_tenures, respelled_profiles,
-- shown_match_keys, stated_tenures and tenures. Exists because a source that changes its ids has not lost its people.
CREATE OR REPLACE TEMP TABLE rekeyed_profiles AS
WITH continued AS (
    SELECT former, latter FROM continuation_candidates WHERE is_named_alike
    UNION
    SELECT unnest(CAST($formers AS VARCHAR[])), unnest(CAST($latters AS VARCHAR[]))
), fresh AS (
    SELECT profile, kind, digest, name FROM shown_match_keys SEMI JOIN changed_profiles USING (profile)
    WHERE kind IN ('history', 'short history', 'page') AND profile NOT IN (SELECT profile FROM previous_tenures)
), alike AS (
    SELECT match_keys.profile AS former, fresh.profile AS latter, last_on
    FROM fresh JOIN match_keys USING (digest) JOIN missing_profiles ON missing_profiles.profile = match_keys.profile
    -- Of those whose page it is, or was, others bear another name. Who changes the name with the id keeps a word of it.
    WHERE source = $source AND (fresh.kind <> 'page' OR match_keys.name = fresh.name
                                OR vanished AND list_has_any(name_words(match_keys.name), name_words(fresh.name)))
    UNION
    SELECT former, latter, last_on FROM continued JOIN missing_profiles ON profile = former
), old_copies AS (
    -- Who shows a stay as going on that the former had left long ago is an old copy, and takes nothing back.
    SELECT former, latter FROM alike
    JOIN changed_profiles ON changed_profiles.profile = latter
    JOIN tenures AS gone ON gone.profile = former AND day - leave_shown_on > CAST($undone_within AS INTEGER)
    JOIN stated_tenures AS stated ON stated.profile = latter AND stated.root = gone.root AND s1 = start_earliest AND s2 = start_latest
    WHERE gone.source = $source AND known_until IS NULL AND ended AND NOT over
), pairs AS (
    -- Of several that are missing, the one that was seen last.
    SELECT * FROM alike
    WHERE former NOT IN (SELECT former FROM respelled_profiles) AND latter NOT IN (SELECT latter FROM respelled_profiles)
      AND (former, latter) NOT IN (SELECT (former, latter) FROM old_copies)
    QUALIFY last_on = max(last_on) OVER (PARTITION BY latter)
)
SELECT former, latter, last_on FROM respelled_profiles JOIN missing_profiles ON profile = former
UNION ALL
SELECT former, latter, last_on FROM pairs
WHERE former IN (SELECT former FROM pairs GROUP BY former HAVING count(*) = 1)
  AND latter IN (SELECT latter FROM pairs GROUP BY latter HAVING count(*) = 1)
ORDER BY former;
SELECT count(*) FROM rekeyed_profiles;

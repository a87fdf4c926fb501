-- rekeyed_profiles.sql, one row per profile that vanished in this comparison and the only new one that looks like it: the same under another id.
CREATE OR REPLACE TEMP TABLE rekeyed_profiles AS
WITH fresh AS (
    SELECT profile, digest FROM shown_match_keys JOIN changed_profiles USING (profile)
    WHERE changed_profiles.before_on IS NULL AND kind IN ('history', 'short history', 'page')
), pairs AS (
    SELECT DISTINCT match_keys.profile AS former, fresh.profile AS latter
    FROM fresh JOIN match_keys USING (digest)
    WHERE match_keys.source = $source AND match_keys.profile IN (SELECT profile FROM compared_profiles WHERE vanished)
)
SELECT former, latter FROM pairs
WHERE former IN (SELECT former FROM pairs GROUP BY former HAVING count(*) = 1)
  AND latter IN (SELECT latter FROM pairs GROUP BY latter HAVING count(*) = 1)
ORDER BY former;
SELECT count(*) FROM rekeyed_profiles;

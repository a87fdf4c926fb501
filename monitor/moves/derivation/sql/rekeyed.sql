-- rekeyed.sql, one row per profile that vanished in this comparison and the only new one that looks like it: the same under another id.
CREATE OR REPLACE TEMP TABLE rekeyed AS
WITH fresh AS (
    SELECT profile, digest FROM shown_marks JOIN affected USING (profile)
    WHERE affected.before_on IS NULL AND kind IN ('history', 'short history', 'page')
), pairs AS (
    SELECT DISTINCT marks.profile AS former, fresh.profile AS latter
    FROM fresh JOIN marks USING (digest)
    WHERE marks.source = $source AND marks.profile IN (SELECT profile FROM compared WHERE vanished)
)
SELECT former, latter FROM pairs
WHERE former IN (SELECT former FROM pairs GROUP BY former HAVING count(*) = 1)
  AND latter IN (SELECT latter FROM pairs GROUP BY latter HAVING count(*) = 1)
ORDER BY former;
SELECT count(*) FROM rekeyed;

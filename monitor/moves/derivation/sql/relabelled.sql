-- relabelled.sql, candidates: a tenure no longer listed (a) and a new one (b) that keeps its start date or its id at the source.
CREATE OR REPLACE TEMP TABLE same_tenure AS SELECT * FROM chosen;
DELETE FROM chosen;
CREATE OR REPLACE TEMP TABLE candidates AS
WITH pairs AS (
    SELECT prior.profile, prior.tenure AS a, observed.num AS b, prior.root AS old_root, observed.root AS new_root,
           CASE WHEN share_an_id(prior.ids, observed.ids) THEN 0
                WHEN prior.start_earliest = observed.s1 AND prior.start_latest = observed.s2 THEN 1 ELSE 2 END AS k1,
           CASE WHEN prior.ended = observed.over THEN 0 ELSE 1 END AS k2,
           coalesce(abs(prior.end_earliest - observed.e1), 0) AS k3,
           abs(prior.start_earliest - observed.s1) AS moved_days
    FROM prior JOIN observed ON observed.profile = prior.profile AND observed.root <> prior.root
    WHERE prior.listed
      AND (prior.profile, prior.tenure) NOT IN (SELECT (profile, a) FROM same_tenure)
      AND (observed.profile, observed.num) NOT IN (SELECT (profile, b) FROM same_tenure)
)
SELECT profile, a, b, k1, k2, k3 FROM pairs
-- Where several got the name in the place of the old one, so did who edits the start on the same day.
WHERE k1 < 2 OR moved_days <= 366 AND (old_root, new_root) IN (
    SELECT (old_root, new_root) FROM pairs WHERE k1 < 2 GROUP BY ALL HAVING count(DISTINCT profile) >= 3);

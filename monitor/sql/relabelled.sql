-- relabelled.sql, candidates: a tenure no longer listed (a) and a new one (b) that keeps its start date or its id at the source.
CREATE OR REPLACE TEMP TABLE same_tenure AS SELECT * FROM chosen;
DELETE FROM chosen;
CREATE OR REPLACE TEMP TABLE candidates AS
SELECT prior.profile, prior.tenure AS a, observed.num AS b,
       CASE WHEN share_an_id(prior.ids, observed.ids) THEN 0 ELSE 1 END AS k1,
       CASE WHEN prior.ended = observed.over THEN 0 ELSE 1 END AS k2,
       coalesce(abs(prior.end_earliest - observed.e1), 0) AS k3
FROM prior JOIN observed ON observed.profile = prior.profile AND observed.root <> prior.root
WHERE prior.listed
  AND (share_an_id(prior.ids, observed.ids)
       OR (prior.start_earliest = observed.s1 AND prior.start_latest = observed.s2))
  AND (prior.profile, prior.tenure) NOT IN (SELECT (profile, a) FROM same_tenure)
  AND (observed.profile, observed.num) NOT IN (SELECT (profile, b) FROM same_tenure);

-- same_tenures.sql, candidates: a tenure known so far (a) and one now stated at the same organisation (b), best first.
-- Who fell silent today stays as last believed.
DELETE FROM prior WHERE profile NOT IN (SELECT profile FROM affected);
CREATE OR REPLACE TEMP TABLE chosen (profile VARCHAR, a INTEGER, b INTEGER);
CREATE OR REPLACE TEMP TABLE overlapping AS
WITH pairs AS (
    SELECT prior.profile, prior.tenure AS a, observed.num AS b, prior.ended, observed.over, prior.listed,
           prior.start_earliest, observed.s1,
           share_an_id(prior.ids, observed.ids) AS same_id,
           coalesce(prior.start_earliest = observed.s1 AND prior.start_latest = observed.s2, false) AS same_start,
           coalesce(prior.start_earliest, DATE '0001-01-01') AS prior_opens,
           CASE WHEN prior.ended THEN coalesce(prior.left_latest, DATE '9999-12-31') ELSE DATE '9999-12-31' END AS prior_closes,
           coalesce(observed.s1, DATE '0001-01-01') AS opens,
           CASE WHEN observed.over THEN coalesce(observed.e2, DATE '9999-12-31') ELSE DATE '9999-12-31' END AS closes
    FROM prior JOIN observed ON observed.profile = prior.profile AND observed.root = prior.root
)
SELECT * FROM pairs
WHERE same_id OR same_start
   OR (opens <= prior_closes + CAST($gap AS INTEGER) AND prior_opens <= closes + CAST($gap AS INTEGER));

CREATE OR REPLACE TEMP TABLE candidates AS
SELECT profile, a, b,
       CASE WHEN same_id THEN 0 WHEN same_start THEN 1 WHEN listed OR NOT ended THEN 2 ELSE 3 END AS k1,
       CASE WHEN ended = over THEN 0 ELSE 1 END AS k2,
       coalesce(abs(start_earliest - s1), 0) AS k3
FROM overlapping
-- Gone from the profile and back without a date is a return, not the same tenure, unless it is told as over.
WHERE same_id OR same_start OR listed OR NOT ended OR over;

-- One row is a block of the window's length and a group that people left, or joined, or both, with how many certainly moved in it; the pairs that are asked
-- for alone. Reads usual_asked, usual_days and usual_keys. Exists because what is usual of a group follows from its past, and blocks never move.
CREATE OR REPLACE TEMP TABLE usual_quarters AS
SELECT origin AS left_key, NULL::INTEGER AS joined_key, quarter, count(*) AS people
FROM usual_days WHERE origin IS NOT NULL AND counts_within(earliest, latest, again_left, block_since, latest) GROUP BY ALL
UNION ALL
SELECT NULL, target, quarter, count(*)
FROM usual_days WHERE target IS NOT NULL AND counts_within(earliest, latest, again_joined, block_since, latest) GROUP BY ALL
UNION ALL
SELECT origin, target, quarter, count(*)
FROM usual_days JOIN usual_keys AS origins ON origins.key = origin JOIN usual_keys AS targets ON targets.key = target
WHERE (origins.grouping, targets.grouping) IN (SELECT (from_key, to_key) FROM usual_asked)
  AND counts_within(earliest, latest, again_pair, block_since, latest) GROUP BY ALL;

-- One row is a person and a flow of $day that may be held: of dated ends only those that share a day with others (shared_end_days); `earlier_flow_steps`
-- has who went the same way before. Reads flow_candidates, profile_moves and sides. Exists because which flows are held is decided by their people.
CREATE OR REPLACE TEMP TABLE earlier_flow_steps AS
SELECT profile, from_root, to_root, left_earliest, left_latest, stated, before_on, observed_on,
       same_position(origin.title, origin.team, target.title, target.team) AS kept, CASE WHEN origin.title = target.title THEN target.title END AS title_kept
FROM profile_moves JOIN sides AS origin ON origin.side = from_side JOIN sides AS target ON target.side = to_side
WHERE source = $source AND known_until IS NULL AND (from_root, to_root) IN (SELECT (from_root, to_root) FROM flow_candidates)
  AND profile NOT IN (SELECT profile FROM flow_candidates);
CREATE OR REPLACE TEMP TABLE shared_end_days AS
-- the day on which most of a flow's ends may be that are told to the day or to the month; who kept the position before may tell it too
WITH stated_ends AS (
    SELECT DISTINCT profile, from_root, to_root, left_earliest, left_latest, NOT newly_seen AS today, newly_seen
    FROM flow_candidates WHERE manner = 'dated' AND left_latest - left_earliest <= 31
    UNION ALL
    SELECT DISTINCT profile, from_root, to_root, left_earliest, left_latest, false, false
    FROM earlier_flow_steps WHERE kept AND left_latest - left_earliest <= 31
), days AS (
    SELECT from_root, to_root, left_latest AS day, min(left_latest - left_earliest) AS apart FROM stated_ends GROUP BY ALL
), shared AS (
    SELECT from_root, to_root, day, apart, count(DISTINCT profile) AS people, count(DISTINCT profile) FILTER (today) AS today, count(DISTINCT profile) FILTER (newly_seen) AS newly_seen,
           count(DISTINCT profile) FILTER ((today OR newly_seen) AND left_earliest = left_latest) AS to_the_day
    FROM days JOIN stated_ends USING (from_root, to_root) WHERE day BETWEEN left_earliest AND left_latest GROUP BY ALL
), best AS (
    SELECT from_root, to_root, arg_min({'day': day, 'to_the_day': to_the_day, 'today': today, 'newly_seen': newly_seen}, (-today, -people, apart, day)) AS best,
           max(people) AS people
    FROM shared GROUP BY from_root, to_root
), whole AS (
    SELECT from_root, to_root, count(DISTINCT profile) FILTER (today) AS today, count(DISTINCT profile) FILTER (newly_seen) AS newly_seen
    FROM stated_ends GROUP BY from_root, to_root
)
SELECT from_root, to_root, best.best.day AS ended_on, best.best.to_the_day >= 2 AS to_the_day
FROM best JOIN whole USING (from_root, to_root)
-- Of people who were known before the half tell the day; where there are none, so do half of the new ones.
WHERE best.people >= 2 AND CASE WHEN whole.today > 0 THEN 2 * best.best.today >= whole.today
                                ELSE whole.newly_seen > 0 AND 2 * best.best.newly_seen >= whole.newly_seen END;
CREATE OR REPLACE TEMP TABLE flow_steps AS
SELECT * FROM flow_candidates WHERE manner = 'in place'
UNION ALL
-- Beside those who state the day there are those who state no day at all, and went since the last look.
SELECT flow_candidates.* REPLACE ('dated' AS manner) FROM flow_candidates JOIN shared_end_days USING (from_root, to_root)
WHERE ended_on BETWEEN left_earliest AND left_latest;

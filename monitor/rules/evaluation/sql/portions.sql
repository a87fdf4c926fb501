-- portions.sql, what is told together: groups that follow each other, with about $most people; then one row per portion.
CREATE OR REPLACE TEMP TABLE portions AS
WITH news AS (
    SELECT DISTINCT rule, grouping FROM touched
    WHERE (rule, grouping) IN (SELECT (rule, grouping) FROM episodes) OR (rule, grouping) IN (SELECT (rule, grouping) FROM alerted)
), of_group AS (
    SELECT rule, grouping, count(*) AS people FROM known GROUP BY ALL
)
SELECT rule, grouping, CAST(sum(coalesce(people, 0)) OVER (ORDER BY rule, grouping) // $most AS INTEGER) AS portion
FROM news LEFT JOIN of_group USING (rule, grouping);
-- one row per portion and version of a move, or of somebody's time somewhere, that the people of its episodes rest on
CREATE OR REPLACE TEMP TABLE told_versions AS
WITH telling AS (
    SELECT DISTINCT portion, stays, entry FROM known JOIN portions USING (rule, grouping)
)
SELECT portion, false AS stays, entry, coalesce(told_by[1], move) AS move, moves.move AS own_move, source, profile, person, moves.name, url,
       from_root, from_side, to_root, to_side, left_earliest, left_latest, joined_earliest, joined_latest,
       before_on, observed_on, baseline, status, reason, evidence
FROM telling JOIN moves ON version = entry LEFT JOIN told_together USING (version)
WHERE NOT stays
UNION ALL
-- Who is there has joined some time; what is not known of it is open to the left.
SELECT portion, true, entry, stays.source || ':' || stays.profile || ':' || tenure, profile || ':' || tenure, stays.source, stays.profile, person,
       stays.name, url, from_root, from_side, to_root, to_side, opens_possibly, opens_certainly, opens_possibly, opens_certainly,
       NULL, coalesce(witnessed_on, stays.known_from), NOT EXISTS (
           SELECT 1 FROM judged WHERE judged.source = stays.source AND verdict = 'accepted' AND judged.observed_on <= stays.known_from),
       CASE WHEN held THEN 'held' ELSE 'counted' END, CASE WHEN held THEN 'moved with the whole organisation: held for a decision' END, NULL
FROM telling JOIN stays USING (entry)
WHERE telling.stays
ORDER BY portion;
SELECT DISTINCT portion FROM portions ORDER BY portion;

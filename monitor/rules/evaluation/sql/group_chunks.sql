-- group_chunks.sql, what is told together: groups that follow each other, with about $most people; then one row per portion.
CREATE OR REPLACE TEMP TABLE group_chunks AS
WITH news AS (
    SELECT DISTINCT rule, grouping FROM changed_groups
    WHERE (rule, grouping) IN (SELECT (rule, grouping) FROM episodes) OR (rule, grouping) IN (SELECT (rule, grouping) FROM alerted_groups)
), of_group AS (
    SELECT rule, grouping, count(*) AS people FROM episode_members GROUP BY ALL
)
SELECT rule, grouping, CAST(sum(coalesce(people, 0)) OVER (ORDER BY rule, grouping) // $most AS INTEGER) AS chunk
FROM news LEFT JOIN of_group USING (rule, grouping);
-- one row per portion and version of a move, or of somebody's time somewhere, that the people of its episodes rest on
CREATE OR REPLACE TEMP TABLE chunk_versions AS
WITH chunk_entries AS (
    SELECT DISTINCT chunk, is_presence, entry FROM episode_members JOIN group_chunks USING (rule, grouping)
)
SELECT chunk, false AS is_presence, entry, coalesce(profile_move_ids[1], move) AS move, moves.move AS own_move, source, profile, person, moves.name, url,
       from_root, from_side, to_root, to_side, left_earliest, left_latest, joined_earliest, joined_latest,
       before_on, observed_on, baseline, status, reason, evidence
FROM chunk_entries JOIN moves ON version = entry LEFT JOIN move_evidence USING (version)
WHERE NOT is_presence
UNION ALL
-- Who is there has joined some time; what is not known of it is open to the left.
SELECT chunk, true, entry, presences.source || ':' || presences.profile || ':' || tenure, profile || ':' || tenure, presences.source, presences.profile, person,
       presences.name, url, from_root, from_side, to_root, to_side, opens_possibly, opens_certainly, opens_possibly, opens_certainly,
       NULL, coalesce(witnessed_on, presences.known_from), NOT EXISTS (
           SELECT 1 FROM judged WHERE judged.source = presences.source AND verdict = 'accepted' AND judged.observed_on <= presences.known_from),
       CASE WHEN held THEN 'held' ELSE 'counted' END, CASE WHEN held THEN 'moved with the whole organisation: held for a decision' END, NULL
FROM chunk_entries JOIN presences USING (entry)
WHERE chunk_entries.is_presence
ORDER BY chunk;
SELECT DISTINCT chunk FROM group_chunks ORDER BY chunk;

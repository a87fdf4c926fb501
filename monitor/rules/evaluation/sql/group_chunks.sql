-- One row is a group with the number of its chunk, which holds about $most people of groups that follow each other; then `chunk_versions`; it returns
-- the chunks. Reads alerted_groups, changed_groups, episode_members, episodes, judged, move_evidence, moves, presences and sides. Exists because memory
-- stays bounded while alerts are written.
CREATE OR REPLACE TEMP TABLE group_chunks AS
WITH news AS (
    SELECT DISTINCT rule, grouping FROM changed_groups
    WHERE (rule, grouping) IN (SELECT (rule, grouping) FROM episodes) OR (rule, grouping) IN (SELECT (rule, grouping) FROM alerted_groups)
), of_group AS (
    SELECT rule, grouping, count(*) AS people FROM episode_members GROUP BY ALL
)
SELECT rule, grouping, CAST(sum(coalesce(people, 0)) OVER (ORDER BY rule, grouping) // $most AS INTEGER) AS chunk
FROM news LEFT JOIN of_group USING (rule, grouping);
-- one row per chunk and version of a move, or of somebody's time somewhere, that the people of its episodes rest on
CREATE OR REPLACE TEMP TABLE chunk_versions AS
WITH chunk_entries AS (
    SELECT DISTINCT chunk, is_presence, entry FROM episode_members JOIN group_chunks USING (rule, grouping)
)
SELECT chunk, false AS is_presence, entry, coalesce(profile_move_ids[1], move) AS move, moves.move AS own_move, source, profile, person, moves.name, url,
       from_root, from_side, to_root, to_side, left_earliest, left_latest, joined_earliest, joined_latest,
       before_on, observed_on, baseline, status, reason, evidence, NULL AS departure
FROM chunk_entries JOIN moves ON version = entry LEFT JOIN move_evidence USING (version)
WHERE NOT is_presence
UNION ALL
-- Who is there has joined some time; what is not known of it is open to the left.
SELECT chunk, true, entry, presences.source || ':' || presences.profile || ':' || presences.tenure, presences.profile || ':' || presences.tenure, presences.source, presences.profile,
       presences.person, presences.name, presences.url, presences.from_root, presences.from_side, presences.to_root, presences.to_side, opens_possibly, opens_certainly, opens_possibly, opens_certainly,
       NULL, coalesce(witnessed_on, presences.known_from), NOT EXISTS (
           SELECT 1 FROM judged WHERE judged.source = presences.source AND verdict = 'accepted' AND judged.observed_on <= presences.known_from),
       CASE WHEN held THEN 'held' ELSE 'counted' END, CASE WHEN held THEN 'moved with the whole organisation: held for a decision' END, NULL,
       CASE WHEN closes_possibly IS NOT NULL THEN struct_pack(
           move := departure.move, to_root := departure.to_root, to_side := destination,
           left_earliest := greatest(closes_certainly, opens_possibly), left_latest := closes_possibly,
           joined_earliest := coalesce(departure.joined_earliest, closes_certainly), joined_latest := coalesce(departure.joined_latest, closes_possibly),
           before_on := departure.before_on, observed_on := coalesce(departure.observed_on, presences.known_from)) END
FROM chunk_entries JOIN presences USING (entry)
-- Where somebody went who left: the move that was believed when the end of the presence became known.
LEFT JOIN LATERAL (
    SELECT moves.* FROM moves
    WHERE moves.source = presences.source AND moves.profile = presences.profile AND moves.from_root = presences.to_root
      AND moves.left_latest = presences.closes_possibly
      AND moves.known_from <= presences.known_from AND (moves.known_until IS NULL OR moves.known_until > presences.known_from)
    ORDER BY moves.joined_earliest, moves.move LIMIT 1) AS departure ON true
LEFT JOIN sides AS destination ON destination.side = departure.to_side
WHERE chunk_entries.is_presence
ORDER BY chunk;
SELECT DISTINCT chunk FROM group_chunks ORDER BY chunk;

-- One row is a version of a move, or of somebody's time somewhere, that the people of a sweep's episodes rest on, with both sides written out. Reads
-- episode_members, judged, move_evidence, moves, presences and sides. Exists because alerts carry it as evidence.
CREATE OR REPLACE TEMP TABLE episode_versions AS
WITH listed_entries AS (SELECT DISTINCT is_presence, entry FROM episode_members)
SELECT false AS is_presence, entry, coalesce(profile_move_ids[1], move) AS move, moves.move AS own_move, source, profile, person, moves.name, url,
       from_root, origin AS from_side, to_root, target AS to_side, left_earliest, left_latest, joined_earliest, joined_latest,
       before_on, observed_on, baseline, status, reason, evidence, NULL AS departure
FROM listed_entries JOIN moves ON version = entry LEFT JOIN move_evidence USING (version)
LEFT JOIN sides AS origin ON origin.side = moves.from_side
LEFT JOIN sides AS target ON target.side = moves.to_side
WHERE NOT is_presence
UNION ALL
-- Who is there has joined some time; what is not known of it is open to the left.
SELECT true, entry, presences.source || ':' || presences.profile || ':' || presences.tenure, presences.profile || ':' || presences.tenure, presences.source, presences.profile,
       presences.person, presences.name, presences.url, presences.from_root, origin, presences.to_root, target, opens_possibly, opens_certainly, opens_possibly, opens_certainly,
       NULL, coalesce(witnessed_on, presences.known_from), NOT EXISTS (
           SELECT 1 FROM judged WHERE judged.source = presences.source AND verdict = 'accepted' AND judged.observed_on <= presences.known_from),
       CASE WHEN held THEN 'held' ELSE 'counted' END, CASE WHEN held THEN 'moved with the whole organisation: held for a decision' END, NULL,
       CASE WHEN closes_possibly IS NOT NULL THEN struct_pack(
           move := departure.move, to_root := departure.to_root, to_side := destination,
           left_earliest := greatest(closes_certainly, opens_possibly), left_latest := closes_possibly,
           joined_earliest := coalesce(departure.joined_earliest, closes_certainly), joined_latest := coalesce(departure.joined_latest, closes_possibly),
           before_on := departure.before_on, observed_on := coalesce(departure.observed_on, presences.known_from)) END
FROM listed_entries JOIN presences USING (entry)
LEFT JOIN sides AS origin ON origin.side = presences.from_side
LEFT JOIN sides AS target ON target.side = presences.to_side
-- Where somebody went who left: the move that was believed when the end of the presence became known.
LEFT JOIN LATERAL (
    SELECT moves.* FROM moves
    WHERE moves.source = presences.source AND moves.profile = presences.profile AND moves.from_root = presences.to_root
      AND moves.left_latest = presences.closes_possibly
      AND moves.known_from <= presences.known_from AND (moves.known_until IS NULL OR moves.known_until > presences.known_from)
    ORDER BY moves.joined_earliest, moves.move LIMIT 1) AS departure ON true
LEFT JOIN sides AS destination ON destination.side = departure.to_side
WHERE listed_entries.is_presence;
FROM episode_versions;

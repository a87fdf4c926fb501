-- Makes the views that read several derived tables together. Reads holds, judged, moves, profile_moves and sightings. Exists because evidence, coverage
-- and lists of what waits for a decision ask for them in several places. The tables have to be there as they are now, so it comes after `derived_tables`.
-- one row per version of a move that several profiles tell of, with each of them as it was known then, the first seen first
CREATE VIEW IF NOT EXISTS move_evidence AS
SELECT version, list({'source': source_move.source, 'before_on': source_move.before_on, 'observed_on': source_move.observed_on, 'url': source_move.url}
                     ORDER BY source_move.observed_on, source_move.source, source_move.profile, source_move.move) AS evidence
FROM (SELECT version, known_from AS day, unnest(profile_move_ids) AS move FROM moves WHERE profile_move_ids IS NOT NULL) AS each
JOIN profile_moves AS source_move ON source_move.move = each.move
WHERE source_move.known_from <= day AND (source_move.known_until IS NULL OR source_move.known_until > day)
GROUP BY version;
-- one row per profile and stretch of days in which the last accepted snapshot of its source lacks it (half-open; seen_again_on is NULL if it goes on);
-- dropped if a new baseline began it: that has others in their place, or the same people under other ids
CREATE VIEW IF NOT EXISTS unseen_profiles AS
WITH accepted AS (
    SELECT source, observed_on, lead({'on': observed_on, 'renewed': verdict = 'baseline'}) OVER (PARTITION BY source ORDER BY observed_on) AS following
    FROM judged WHERE verdict IN ('accepted', 'baseline')
), runs AS (
    SELECT source, profile, seen_until, lead(seen_from) OVER (PARTITION BY source, profile ORDER BY seen_from) AS seen_again_on FROM sightings
)
SELECT runs.source, profile, following['on'] AS unseen_from, seen_again_on, following.renewed AS dropped
FROM runs JOIN accepted ON accepted.source = runs.source AND accepted.observed_on = runs.seen_until;
-- one row per hold of two organisations that the operator has still to decide: their names or moves are held. The moves that are held by a pasted
-- history are between others, too
CREATE VIEW IF NOT EXISTS waiting_holds AS
SELECT * FROM holds
WHERE kind IN ('renamed', 'second')
   OR kind = 'pasted' AND reason IN (SELECT reason FROM moves WHERE known_until IS NULL AND status = 'held')
   OR (from_root, to_root) IN (SELECT (from_root, to_root) FROM moves WHERE known_until IS NULL AND status = 'held');

-- episode_versions.sql, one row per version of a move, or of somebody's time somewhere, that the people of a portion's episodes rest on.
WITH telling AS (
    SELECT DISTINCT stays, entry FROM known SEMI JOIN (FROM portions WHERE portion = $portion) AS told USING (rule, grouping)
)
SELECT false AS stays, version AS entry, coalesce(told_by[1], move) AS move, source, profile, person, moves.name, url,
       from_root, origin AS from_side, to_root, target AS to_side,
       left_earliest, left_latest, joined_earliest, joined_latest, before_on, observed_on, baseline, status, reason, evidence
FROM moves LEFT JOIN told_together USING (version)
LEFT JOIN sides AS origin ON origin.side = moves.from_side
LEFT JOIN sides AS target ON target.side = moves.to_side
WHERE version IN (SELECT entry FROM telling WHERE NOT telling.stays)
UNION ALL
-- Who is there has joined some time; what is not known of it is open to the left.
SELECT true, entry, stays.source || ':' || stays.profile || ':' || tenure, stays.source, stays.profile, person, stays.name, url,
       from_root, origin, to_root, target, opens_possibly, opens_certainly, opens_possibly, opens_certainly,
       NULL, coalesce(witnessed_on, stays.known_from), NOT EXISTS (
           SELECT 1 FROM judged WHERE judged.source = stays.source AND verdict = 'accepted' AND judged.observed_on <= stays.known_from),
       CASE WHEN held THEN 'held' ELSE 'counted' END, CASE WHEN held THEN 'moved with the whole organisation: held for a decision' END, NULL
FROM stays
LEFT JOIN sides AS origin ON origin.side = stays.from_side
LEFT JOIN sides AS target ON target.side = stays.to_side
WHERE entry IN (SELECT entry FROM telling WHERE telling.stays);

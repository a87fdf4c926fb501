-- views.sql, what is read of several derived tables together; it needs them as they are now, so it comes after `schema`.
-- one row per version of a move that several profiles tell of, with each of them as it was known then, the first seen first
CREATE VIEW IF NOT EXISTS told_together AS
SELECT version, list({'source': told.source, 'before_on': told.before_on, 'observed_on': told.observed_on, 'url': told.url}
                     ORDER BY told.observed_on, told.source, told.profile, told.move) AS evidence
FROM (SELECT version, known_from AS day, unnest(told_by) AS move FROM moves WHERE told_by IS NOT NULL) AS each
JOIN profile_moves AS told ON told.move = each.move
WHERE told.known_from <= day AND (told.known_until IS NULL OR told.known_until > day)
GROUP BY version;

-- One row is a profile that was one person with others, with why and in which days that was believed. Reads board_links. Exists because a person's page
-- says which profiles it is of.
SELECT source, profile, person, reason, known_from, known_until
FROM board_links WHERE person IN (SELECT value FROM json_each($keys)) OR profile_key IN (SELECT value FROM json_each($keys))
ORDER BY known_from, source, profile;

-- One row is an id under which moves of a person may stand: of the person that $key is, of every profile that is or was one with it, and of the persons
-- that these were. Reads board_links. Exists because a person's page shows all of it, whatever was known when.
WITH persons AS (
    SELECT $key AS id UNION SELECT person FROM board_links WHERE profile_key = $key
)
SELECT id FROM persons
UNION SELECT profile_key FROM board_links WHERE person IN (SELECT id FROM persons)
ORDER BY id;

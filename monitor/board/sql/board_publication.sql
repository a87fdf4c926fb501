-- One row is a fact of the last publication by its name. Reads board_meta. Exists because a reader must know the format of what it reads.
SELECT name, value FROM board_meta ORDER BY name;

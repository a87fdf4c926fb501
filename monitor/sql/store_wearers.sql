-- store_wearers.sql, adds the names of the profiles whose tenures changed on $day, as the snapshot writes them.
INSERT INTO wearers
SELECT $source, id, name, url, CAST($day AS DATE) FROM read_parquet($profiles)
WHERE id IN (SELECT profile FROM revised) ORDER BY id;

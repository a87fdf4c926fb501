-- One row is an id of $shared with its bucket. Reads nothing. Exists because such an id is set aside from the profiles, and marked by its bucket.
SELECT CAST(hash(profile) % CAST($buckets AS UBIGINT) AS INTEGER) AS bucket, profile
FROM (SELECT unnest(CAST($shared AS VARCHAR[])) AS profile)
ORDER BY ALL;

-- One row is a profile that is, or was, one person with one of $keys, and stretch of days in which it was so. Reads clusters. Exists because who is
-- counted once stays counted once when a profile is erased.
SELECT source || ':' || profile AS key, person, known_from, known_until FROM clusters
WHERE person IN (SELECT person FROM clusters WHERE source || ':' || profile IN (SELECT unnest(CAST($keys AS VARCHAR[])))) ORDER BY ALL;

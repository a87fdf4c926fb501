-- reached_persons.sql, one row per profile among those reached that was believed one person with others just before $since.
SELECT source || ':' || profile AS key, person, reason FROM persons
WHERE known_until IS NULL AND source || ':' || profile IN (SELECT key FROM reached) ORDER BY key;

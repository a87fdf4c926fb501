-- One row is a link between those reached, in order. Reads edges and reached_keys. Exists because Python finds from the links who is one person.
SELECT one, other, kind, known_from, known_until FROM edges WHERE one IN (SELECT key FROM reached_keys) ORDER BY ALL;

-- One row is a profile of a person and a name that it had. Reads board_people. Exists because a person's page says which profiles it is of.
SELECT DISTINCT source, profile, name FROM board_people
WHERE folded_key IN (SELECT lower(value) FROM json_each($keys)) AND source || ':' || profile IN (SELECT value FROM json_each($keys))
ORDER BY source, profile, name;

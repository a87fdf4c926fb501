-- rewind_persons.sql, takes who is who, and the moves that follow, back to what was believed before day $since.
DELETE FROM links WHERE known_from >= $since AND kind <> 'decided';
UPDATE links SET known_until = NULL WHERE known_until >= $since;
DELETE FROM persons WHERE known_from >= $since;
UPDATE persons SET known_until = NULL WHERE known_until >= $since;
DELETE FROM flips WHERE known_from >= $since;
DELETE FROM moves WHERE known_from >= $since;
UPDATE moves SET known_until = NULL WHERE known_until >= $since;

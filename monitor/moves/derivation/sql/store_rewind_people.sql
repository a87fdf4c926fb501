-- Takes who is who, and the moves that follow, back to what was believed before $since. Reads nothing. Exists because they are settled again from
-- that day on.
DELETE FROM edges WHERE known_from >= $since AND kind NOT IN ('decided', 'erased');
UPDATE edges SET known_until = NULL WHERE known_until >= $since AND kind <> 'erased';
DELETE FROM clusters WHERE known_from >= $since;
UPDATE clusters SET known_until = NULL WHERE known_until >= $since;
DELETE FROM reversals WHERE known_from >= $since;
DELETE FROM moves WHERE known_from >= $since;
UPDATE moves SET known_until = NULL WHERE known_until >= $since;

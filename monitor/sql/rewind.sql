-- rewind.sql, takes the derived tables of a source back to what was believed before day $day.
DELETE FROM judged WHERE source = $source AND observed_on >= $day;
DELETE FROM holds WHERE source = $source AND observed_on >= $day;
DELETE FROM tenures WHERE source = $source AND known_from >= $day;
UPDATE tenures SET known_until = NULL WHERE source = $source AND known_until >= $day;
DELETE FROM matches WHERE version IN (SELECT version FROM moves WHERE source = $source AND known_from >= $day);
DELETE FROM moves WHERE source = $source AND known_from >= $day;
UPDATE moves SET known_until = NULL WHERE source = $source AND known_until >= $day;
DELETE FROM sightings WHERE source = $source AND seen_from >= $day;
UPDATE sightings SET seen_until = NULL
WHERE source = $source AND seen_until >= (
    SELECT max(observed_on) FROM judged WHERE source = $source AND verdict IN ('accepted', 'baseline'));
;
UPDATE matched SET version_until = least(version_until, (SELECT coalesce(max(version), 0) FROM moves));

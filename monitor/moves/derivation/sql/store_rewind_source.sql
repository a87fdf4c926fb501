-- Takes what the profiles of a source tell back to what was believed before $day; the fact $unfinished says so. Reads judged. Exists because a late or
-- changed snapshot is compared in its place.
DELETE FROM judged WHERE source = $source AND observed_on >= $day;
DELETE FROM removed_sources WHERE source = $source;
DELETE FROM holds WHERE source = $source AND observed_on >= $day;
DELETE FROM tenures WHERE source = $source AND known_from >= $day;
UPDATE tenures SET known_until = NULL WHERE source = $source AND known_until >= $day;
DELETE FROM profile_moves WHERE source = $source AND known_from >= $day;
UPDATE profile_moves SET known_until = NULL WHERE source = $source AND known_until >= $day;
DELETE FROM match_keys WHERE source = $source AND known_from >= $day;
UPDATE match_keys SET known_until = NULL WHERE source = $source AND known_until >= $day;
DELETE FROM crowded_profiles WHERE source = $source AND known_from >= $day;
UPDATE crowded_profiles SET known_until = NULL WHERE source = $source AND known_until >= $day;
DELETE FROM profile_names WHERE source = $source AND known_from >= $day;
DELETE FROM sightings WHERE source = $source AND seen_from >= $day;
UPDATE sightings SET seen_until = NULL
WHERE source = $source AND seen_until >= (
    SELECT max(observed_on) FROM judged WHERE source = $source AND verdict IN ('accepted', 'baseline'));
DELETE FROM unlooked WHERE source = $source AND unlooked_from >= $day;
UPDATE unlooked SET unlooked_until = NULL
WHERE source = $source AND unlooked_until >= (
    SELECT max(observed_on) FROM judged WHERE source = $source AND verdict IN ('accepted', 'baseline'));
INSERT OR REPLACE INTO facts VALUES ($unfinished, CAST(CAST($day AS DATE) AS VARCHAR));

-- One row is how many profiles of the last accepted snapshot stand for erased people and are not in the new one, which names no reason. Reads
-- compared_profiles. Exists because nobody is missing who was erased.
SELECT count(*) FROM compared_profiles
WHERE vanished AND regexp_full_match(profile, 'erased-[0-9]+') AND NOT list_contains(CAST($absent AS VARCHAR[]), profile);

-- One row is how many profiles of the last accepted snapshot stand for erased people and are not in the new one, which names no reason. Reads
-- compared_profiles. Exists because nobody is missing who was erased; numbers from $below on, if any, were given later.
SELECT count(*) FROM compared_profiles
WHERE vanished AND is_number(profile) AND NOT list_contains(CAST($absent AS VARCHAR[]), profile)
  AND coalesce(CAST(regexp_extract(profile, '[0-9]+$') AS BIGINT) < CAST($below AS BIGINT), true);

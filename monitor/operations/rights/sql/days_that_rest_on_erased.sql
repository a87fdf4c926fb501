-- One row is a source and a day of whose look more rests on somebody of `erased_profiles` than what follows from the profile alone. Reads
-- erased_profiles, holds, judged, match_keys, profile_moves, profile_names and sightings. Exists because a number is no example, has no sign of who it is
-- and no page, and is not missed from $erased_on on: such a look is followed again.
WITH shared_numbers AS (
    -- An id that changed: both become one number.
    SELECT source, list_sort(list(since))[2] AS day
    FROM (SELECT source, number, profile, min(seen_from) AS since FROM erased_profiles JOIN sightings USING (source, profile) GROUP BY ALL)
    GROUP BY source, number HAVING count(*) > 1
), pages AS (
    SELECT source, spelling_of(url) AS page, min(known_from) AS since
    FROM profile_names SEMI JOIN erased_profiles USING (source, profile) WHERE trim(url) <> '' GROUP BY ALL
), steps_of_pages AS (
    -- Whoever had another surname kept others at one page from being likely doubles.
    SELECT source, known_from AS day FROM (
        SELECT source, known_from, spelling_of(url) AS page, from_root, to_root, profile FROM profile_moves ANTI JOIN erased_profiles USING (source, profile)
        WHERE observed_on = known_from AND trim(url) <> '' AND source IN (SELECT source FROM pages))
    JOIN pages USING (source, page) WHERE since <= known_from
    GROUP BY source, known_from, page, from_root, to_root HAVING count(DISTINCT profile) > 1
), vanished AS (
    SELECT source, min(observed_on) AS day FROM judged
    JOIN (SELECT source, seen_until FROM sightings SEMI JOIN erased_profiles USING (source, profile) WHERE seen_until IS NOT NULL GROUP BY ALL) AS ended USING (source)
    WHERE observed_on > seen_until AND verdict IN ('accepted', 'baseline') GROUP BY source, seen_until
)
SELECT source, observed_on AS day FROM (SELECT source, observed_on, unnest(examples) AS profile FROM holds) SEMI JOIN erased_profiles USING (source, profile)
UNION SELECT source, day FROM shared_numbers
UNION SELECT source, known_from FROM match_keys SEMI JOIN erased_profiles USING (source, profile) WHERE kind IN ('rekeyed', 'double')
UNION SELECT match_keys.source, known_from FROM match_keys JOIN erased_profiles ON match_key = erased_profiles.key WHERE kind = 'rekeyed'
UNION SELECT source, known_from FROM profile_moves SEMI JOIN erased_profiles USING (source, profile) WHERE starts_with(reason, 'an id that names another person')
-- Two that look alike kept each other from being taken for one under another id.
UNION SELECT own.source, greatest(own.known_from, other.known_from)
      FROM (FROM match_keys SEMI JOIN erased_profiles USING (source, profile)) AS own
      JOIN match_keys AS other ON other.digest = own.digest AND other.source = own.source AND other.profile <> own.profile
      WHERE own.kind IN ('history', 'short history', 'page')
UNION SELECT source, day FROM steps_of_pages
UNION SELECT source, day FROM vanished WHERE day >= $erased_on
UNION SELECT source, observed_on FROM judged SEMI JOIN erased_profiles USING (source)
      WHERE verdict NOT IN ('accepted', 'baseline') AND observed_on >= $erased_on
ORDER BY ALL;

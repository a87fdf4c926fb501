-- One row is the first day on which somebody of `erased_profiles` was one person with others, or had a sign of who it is in common with others, or NULL.
-- Reads clusters, erased_profiles, match_keys and profile_moves. Exists because a number has no signs: who the others are is settled again from there on.
SELECT min(day) FROM (
    SELECT least(own.known_from, other.known_from) AS day
    FROM (FROM match_keys SEMI JOIN erased_profiles USING (source, profile)) AS own
    JOIN match_keys AS other ON other.digest = own.digest AND (other.source <> own.source OR other.profile <> own.profile)
    WHERE own.kind <> 'short history'
    UNION ALL SELECT known_from FROM clusters SEMI JOIN erased_profiles USING (source, profile)
    UNION ALL SELECT known_from FROM clusters WHERE person IN (SELECT key FROM erased_profiles)
    -- Undated moves that one look shows there and back stand in the order of their ids.
    UNION ALL SELECT min(known_from) FROM profile_moves SEMI JOIN erased_profiles USING (source, profile)
              WHERE NOT stated GROUP BY source, profile, observed_on, least(from_root, to_root), greatest(from_root, to_root) HAVING count(DISTINCT move) > 1);

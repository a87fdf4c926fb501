-- One row is a profile and a name that it had, and a hash of both. Reads profile_names. Exists because the read model has them.
SELECT CAST(hash(profile_name) >> 1 AS BIGINT) AS digest, profile_name.*
FROM (
    SELECT DISTINCT source, profile, name, lower(profile) AS folded_profile, lower(source || ':' || profile) AS folded_key, lower(name) AS folded_name
    FROM profile_names
) AS profile_name;

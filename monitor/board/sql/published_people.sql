-- One row is a profile and a name that it had. Reads profile_names. Exists because the read model has them.
SELECT DISTINCT source, profile, name, lower(profile) AS folded_profile, lower(source || ':' || profile) AS folded_key, lower(name) AS folded_name
FROM profile_names;

-- One row is the id (with or without its source) or the name that is nearest to $person, and how near it is (1 if it is equal). Reads profile_names.
-- Exists because `--person` suggests it for a misspelling.
SELECT written, jaro_winkler_similarity(lower(written), lower($person)) AS nearness
FROM (SELECT unnest([profile, source || ':' || profile, name]) AS written FROM profile_names)
WHERE written IS NOT NULL
ORDER BY nearness DESC, written LIMIT 1;

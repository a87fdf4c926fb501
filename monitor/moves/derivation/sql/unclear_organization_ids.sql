-- One row is an id of organisations that tells nothing in a snapshot: it is a word of $words or zeros, the id of the one profile that has it, or its two
-- commonest names are fewer than $share of the positions that have it. Reads $positions. Exists because an organisation keeps its id while its name changes, and has two names meanwhile; an id
-- beside many names is a code of something else, and one that is the profile's is in the wrong column.
WITH named AS (
    SELECT organization_key_of(organization_id) AS organization_key, count(*) AS positions, bool_and(organization_key_of(organization_id) = organization_key_of(profile)) AS is_of_profile
    FROM read_parquet($positions) WHERE organization_id IS NOT NULL AND organization IS NOT NULL
    GROUP BY organization_key, array_to_string(name_words(organization), '')
)
SELECT organization_key FROM named GROUP BY organization_key
HAVING list_sum(list_slice(list_sort(list(positions), 'DESC'), 1, 2)) < CAST($share AS DOUBLE) * sum(positions)
    OR bool_and(is_of_profile)
    OR NOT regexp_matches(organization_key, '[\p{L}1-9]')
    OR array_to_string(name_words(organization_key), '') IN (SELECT array_to_string(name_words(word), '') FROM (SELECT unnest(CAST($words AS VARCHAR[])) AS word));

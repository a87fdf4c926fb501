-- One row is a pair of organisations of which at least $people profiles show on $day the second name in the place of the first. Reads holds,
-- relabelled_tenures, sides and tenures. Exists because an operator decides whether the two are one; a pair that is held already is not held again.
WITH renamed AS (
    SELECT old_root AS from_root, new_root AS to_root, count(DISTINCT profile) AS moved, min(old_side) AS from_side, min(new_side) AS to_side,
           list_slice(coalesce(list_sort(list(DISTINCT profile) FILTER (NOT is_number(profile))), []), 1, 3) AS examples
    FROM relabelled_tenures GROUP BY ALL HAVING count(DISTINCT profile) >= $people
), believed AS (
    SELECT root, profile FROM tenures
    WHERE source = $source AND known_from < $day AND (known_until IS NULL OR known_until >= $day) AND begun
)
SELECT CAST($source AS VARCHAR) AS source, CAST($day AS DATE) AS observed_on, from_root, to_root,
       coalesce(origin.name, from_root) AS from_name, coalesce(target.name, to_root) AS to_name, 'renamed' AS kind, CAST(NULL AS DATE) AS ended_on,
       moved, (SELECT count(DISTINCT profile) FROM believed WHERE root = from_root) AS of_people,
       EXISTS (FROM believed WHERE root = to_root) AS existed, examples,
       moved || ' people of ' || from_root || ' got the name ' || to_root || ' in the place of the old one' AS reason
FROM renamed LEFT JOIN sides AS origin ON origin.side = from_side LEFT JOIN sides AS target ON target.side = to_side
WHERE (from_root, to_root) NOT IN (SELECT (from_root, to_root) FROM holds WHERE source = $source AND kind = 'renamed')
ORDER BY moved DESC, from_root, to_root;

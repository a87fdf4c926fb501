-- One row is how many people were seen to have moved without a date, from how many organisations (or to, who came from nowhere), and how many got a
-- name in the place of a pseudo employer. Reads holds, moves_by_listing and new_move_versions. Exists because a look that shows a year's worth of undated moves dates none of them.
SELECT count(DISTINCT profile) FILTER (NOT stated AND placeholder IS NULL AND NOT held) AS undated,
       count(DISTINCT coalesce(from_root, to_root)) FILTER (NOT stated AND placeholder IS NULL AND NOT held) AS origins,
       count(DISTINCT profile) FILTER (placeholder = 'filled') AS filled
FROM (SELECT *, (profile, num) IN (SELECT (profile, num) FROM moves_by_listing) OR coalesce(manner = 'in place', false) AND (from_root, to_root) IN (
          SELECT (from_root, to_root) FROM holds WHERE source = $source AND kind NOT IN ('second', 'pasted')) AS held FROM new_move_versions)
WHERE known_move IS NULL AND before_on IS NOT NULL;

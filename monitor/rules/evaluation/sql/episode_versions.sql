-- episode_versions.sql, one row per version that the people of a portion's episodes rest on, with both sides written out.
SELECT told_versions.* EXCLUDE (portion, own_move) REPLACE (origin AS from_side, target AS to_side)
FROM told_versions
LEFT JOIN sides AS origin ON origin.side = told_versions.from_side
LEFT JOIN sides AS target ON target.side = told_versions.to_side
WHERE portion = $portion;

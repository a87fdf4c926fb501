-- episode_versions.sql, one row per version that the people of a portion's episodes rest on, with both sides written out.
SELECT chunk_versions.* EXCLUDE (chunk, own_move) REPLACE (origin AS from_side, target AS to_side)
FROM chunk_versions
LEFT JOIN sides AS origin ON origin.side = chunk_versions.from_side
LEFT JOIN sides AS target ON target.side = chunk_versions.to_side
WHERE chunk = $chunk;

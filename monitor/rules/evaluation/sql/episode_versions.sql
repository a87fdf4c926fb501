-- One row is a version of a move or presence that the people of a chunk's episodes rest on, with both sides written out. Reads chunk_versions and sides.
-- Exists because alerts carry it as evidence.
SELECT chunk_versions.* EXCLUDE (chunk, own_move) REPLACE (origin AS from_side, target AS to_side)
FROM chunk_versions
LEFT JOIN sides AS origin ON origin.side = chunk_versions.from_side
LEFT JOIN sides AS target ON target.side = chunk_versions.to_side
WHERE chunk = $chunk;

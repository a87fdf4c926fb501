-- One row is a snapshot's file that has a changed name or team, with the first day from which that matters. Reads changed_spellings and $positions. Exists
-- because a source is derived again from the first day on which somebody listed one.
WITH changed_names AS (
    SELECT organization, external, team, min(since) AS since FROM changed_spellings GROUP BY ALL
)
SELECT filename, min(since) AS since
FROM read_parquet($positions, filename = true) AS positions
JOIN changed_names ON changed_names.organization = positions.organization AND changed_names.external = coalesce(positions.organization_id, '')
WHERE changed_names.team IS NULL OR changed_names.team = positions.team
GROUP BY filename;

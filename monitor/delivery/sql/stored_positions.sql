-- One row is a position of a wanted profile in a stored snapshot, in the profile's order. Reads $positions and $wanted. Exists because evidence bundles
-- quote it.
SELECT profile, organization, organization_id, team, title, location, kind, start, "end", current, "primary", id
FROM read_parquet($positions) WHERE list_contains($wanted, profile) ORDER BY profile, ordinal;

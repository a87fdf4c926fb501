-- stored_positions.sql, one row per position of a wanted profile of a stored snapshot, in the profile's order.
SELECT profile, organization, organization_id, team, title, location, kind, start, "end", current, "primary", id
FROM read_parquet($positions) WHERE list_contains($wanted, profile) ORDER BY profile, ordinal;

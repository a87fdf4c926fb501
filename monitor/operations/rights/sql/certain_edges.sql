-- One row is a link between two keys that is believed now, and of none of the kinds $likely. Reads edges. Exists because who is erased is erased under all
-- ids that are certainly theirs.
SELECT one, other, kind FROM edges WHERE known_until IS NULL AND NOT list_contains($likely, kind) ORDER BY ALL;

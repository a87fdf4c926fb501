-- One row is a link between two keys that is certain, not only likely. Reads edges. Exists because who is erased is erased under all ids.
SELECT one, other, kind FROM edges WHERE NOT list_contains($likely, kind) ORDER BY ALL;

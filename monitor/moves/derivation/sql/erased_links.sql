-- One row is a link between two profiles of one person of whom one is numbered. Reads edges. Exists because whoever is collected anew is linked with a
-- number, and links are renewed where they changed.
SELECT one, other, known_from, known_until FROM edges WHERE kind = 'erased';

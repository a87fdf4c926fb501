-- Deletes the sides of names that no longer mean their unit. Reads names. Exists because nobody is there by that name any more, once names resolve otherwise.
DELETE FROM sides
WHERE unit IS NOT NULL AND NOT EXISTS (SELECT 1 FROM names WHERE names.unit = sides.unit AND names.organization = sides.name);

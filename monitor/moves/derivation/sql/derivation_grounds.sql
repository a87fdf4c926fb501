-- One row is a part of what the derived tables were built from, by its name. Reads facts. Exists because each part is renewed in its own way.
SELECT name, value FROM facts WHERE name IN ('base', 'people', 'real');

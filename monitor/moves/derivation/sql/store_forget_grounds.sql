-- Forgets from what the derived tables were built. Reads nothing. Exists because it is written anew once they are in step with something else.
DELETE FROM facts WHERE name IN ('grounds', 'base', 'people', 'real');

-- Forgets facts of these $names. Reads nothing. Exists because what the derived tables were built from is written anew once they are in step with
-- something else, and a source all of whose snapshots were judged is unfinished no longer.
DELETE FROM facts WHERE list_contains(CAST($names AS VARCHAR[]), name);

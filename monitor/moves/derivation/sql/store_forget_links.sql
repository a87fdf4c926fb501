-- Deletes the links of one $kind: those that an operator decided, or those of numbered profiles. Reads nothing. Exists because all links of a kind are
-- written anew where some changed.
DELETE FROM edges WHERE kind = $kind;

-- sqlfluff:dialect:sqlite
-- One row is a folded name that means one organisation of a registry; the head of an organisation gets its canonical id. Reads entries and names. Exists
-- because names of profiles are looked up here. A name that is the first name of one organisation and a further name of others means the first. For
-- SQLite.
DROP TABLE IF EXISTS lookup;
CREATE TABLE lookup (fold TEXT PRIMARY KEY, head TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO lookup
SELECT names.fold, min(entries.head) FROM names JOIN entries ON entries.id = names.entry
WHERE names.rank = (SELECT min(rank) FROM names AS namesakes WHERE namesakes.fold = names.fold)
GROUP BY names.fold HAVING count(DISTINCT entries.head) = 1;
UPDATE entries SET unit = CASE
    WHEN EXISTS (SELECT 1 FROM lookup WHERE lookup.fold = entries.fold AND lookup.head = entries.id)
    THEN fold ELSE replace(id, ':', '-') END WHERE id = head;

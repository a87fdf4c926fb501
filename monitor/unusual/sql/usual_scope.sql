-- One row is a move for each way in which people were somewhere before or are somewhere after: one that stands for all. Reads moves and tenures. Exists
-- because which groups a move counts in follows from each of its two places alone, and there are far fewer places than moves.
CREATE OR REPLACE TEMP TABLE moves_in_scope AS
SELECT min(version) AS entry FROM moves WHERE from_root IS NOT NULL GROUP BY from_side, from_root
UNION SELECT min(version) FROM moves WHERE to_root IS NOT NULL GROUP BY to_side, to_root;
CREATE OR REPLACE TEMP TABLE tenures_in_scope AS SELECT rowid AS number FROM tenures WHERE false;

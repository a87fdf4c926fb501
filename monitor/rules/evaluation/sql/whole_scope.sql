-- One row is a move, and one of `tenures_in_scope` a tenure, that rules are held against: all of them. Reads moves, queries and tenures. Exists because
-- what was never evaluated has to meet everything; `group_scope` has the few that the rest has to meet.
CREATE OR REPLACE TEMP TABLE moves_in_scope AS SELECT version AS entry FROM moves;
CREATE OR REPLACE TEMP TABLE tenures_in_scope AS SELECT rowid AS number FROM tenures WHERE (SELECT bool_or(is_presence) FROM queries);

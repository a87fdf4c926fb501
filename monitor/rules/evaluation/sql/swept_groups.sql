-- One row is a group of the sweep $sweep; then `candidate_windows`, each of the days on which something new became known of those that are evaluated
-- closely, and `counting_entries`, the moves and presences that count near days with enough. Reads candidate_groups, changed_groups, group_sweeps and
-- near_entries. Exists because one sweep is evaluated after the other: what follows has a sweep's groups alone.
CREATE OR REPLACE TEMP TABLE swept_groups AS SELECT rule, grouping FROM group_sweeps WHERE sweep = $sweep;
CREATE OR REPLACE TEMP TABLE candidate_windows AS
SELECT changed_groups.*, CAST(row_number() OVER () AS INTEGER) AS candidate_window
FROM changed_groups SEMI JOIN swept_groups USING (rule, grouping) SEMI JOIN candidate_groups USING (rule, grouping);
CREATE OR REPLACE TEMP TABLE counting_entries AS
SELECT * FROM near_entries WHERE query_group IN (SELECT query_group FROM candidate_groups SEMI JOIN swept_groups USING (rule, grouping));

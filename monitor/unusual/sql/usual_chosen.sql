-- One row is a move of somebody whom a rule asks for by who they are; usual_panel_moves has all counted moves that the panel of a rule holds, with their
-- days. Reads matching_entries, moves, queries and usual_panels. Exists because such a rule counts nobody else, on any side.
CREATE OR REPLACE TEMP TABLE usual_chosen AS
SELECT DISTINCT replace(rule, $of_panel, '') AS rule, entry FROM matching_entries JOIN queries USING (query) WHERE NOT matching_entries.is_presence;
CREATE OR REPLACE TEMP VIEW usual_panel_moves AS
WITH held AS (
    SELECT usual_panels.*, moves.* FROM moves CROSS JOIN usual_panels WHERE NOT chosen
    UNION ALL
    SELECT usual_panels.*, moves.* FROM usual_panels JOIN usual_chosen USING (rule) JOIN moves ON version = entry WHERE chosen
)
SELECT *, day_of(dated_by, joined_earliest, left_earliest, observed_on) AS earliest, day_of(dated_by, joined_latest, left_latest, observed_on) AS latest
FROM held WHERE status = 'counted' AND (NOT from_known OR from_root IS NOT NULL) AND (NOT to_known OR to_root IS NOT NULL);

-- One row is a group with its people in the quarters $first to $last; then `usual_now`, with its people in the window that ended on $ends. Reads
-- usual_days, usual_groups and usual_quarters. Exists because what is learnt, and how many alerts chance makes, follows from these.
CREATE OR REPLACE TEMP TABLE usual_past AS
SELECT rule, grouping, sum(people) AS people FROM usual_quarters WHERE quarter BETWEEN $first AND $last GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE usual_now AS
SELECT rule, grouping, sum(people) AS people
FROM usual_days JOIN usual_groups USING (query_group)
WHERE counts_within(earliest, latest, again_since, CAST($ends AS DATE) - window_days, CAST($ends AS DATE))
GROUP BY ALL;

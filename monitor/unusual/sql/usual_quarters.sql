-- One row is a block of the window's length and a group, with how many people certainly moved in it. Reads usual_days and usual_groups. Exists
-- because what is usual of a group follows from its past, and blocks that never move can be counted once.
CREATE OR REPLACE TEMP TABLE usual_quarters AS
SELECT rule, grouping, CAST((latest - DATE '1970-01-01') // window_days AS INTEGER) AS quarter, CAST(sum(people) AS BIGINT) AS people
FROM usual_days JOIN usual_groups USING (query_group)
WHERE latest > $since
  AND counts_within(earliest, latest, again_since, latest - CAST((latest - DATE '1970-01-01') % window_days AS INTEGER) - 1, latest)
GROUP BY ALL;
SELECT rule, grouping, quarter, people FROM usual_quarters ORDER BY ALL;

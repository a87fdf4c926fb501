-- One row is a group of which something new is known, and a run of days on which enough people may count for the threshold of its query. Reads
-- changed_groups, conditions, group_queries, matching_entries, matching_unit_pairs, move_entries and queries. Exists because sorting every day and
-- person of every group is what costs: groups without news are left out, stretches of 32 days come first, then the single days of those that are left.
CREATE OR REPLACE TEMP TABLE seeking_queries AS
SELECT query, dated, NOT sure AS early_side, least, reach, (reach + 31) // 32 AS stretches_back FROM queries JOIN conditions USING (condition) WHERE seeking;
CREATE OR REPLACE TEMP TABLE busy_stretches AS
WITH news AS (SELECT DISTINCT query_group FROM group_queries SEMI JOIN changed_groups USING (rule, grouping)
), opened AS (
    SELECT query_group, any_value(query) AS query, stretch, count(*) AS people FROM (
        SELECT query_group, query, opens_on(early_side, dated, joined_earliest, joined_latest, left_earliest, left_latest, observed_on) // 32 AS stretch
        FROM seeking_queries JOIN matching_unit_pairs USING (query) SEMI JOIN news USING (query_group) JOIN move_entries USING (unit_pair) WHERE NOT is_presence
        UNION ALL
        SELECT query_group, query, opens_on(early_side, dated, joined_earliest, joined_latest, left_earliest, left_latest, observed_on) // 32
        FROM seeking_queries JOIN matching_entries USING (query) SEMI JOIN news USING (query_group) JOIN move_entries USING (entry) WHERE NOT is_presence)
    GROUP BY query_group, stretch
), near AS (
    SELECT query_group, least, reach, stretch, lead(stretch, 1, stretch + stretches_back + 1) OVER of_group AS next_stretch,
           sum(people) OVER (of_group RANGE BETWEEN stretches_back PRECEDING AND CURRENT ROW) AS people
    FROM opened JOIN seeking_queries USING (query) WINDOW of_group AS (PARTITION BY query_group ORDER BY stretch)
), begun AS (
    SELECT query_group, stretch, next_stretch, reach,
           stretch > lag(next_stretch, 1, stretch - 1) OVER (PARTITION BY query_group ORDER BY stretch) AS begins
    FROM near WHERE people >= least
), numbered AS (SELECT *, count_if(begins) OVER (PARTITION BY query_group ORDER BY stretch) AS run FROM begun)
SELECT query_group, run, min(stretch) * 32 - any_value(reach) AS begins, max(next_stretch) * 32 AS ends FROM numbered GROUP BY query_group, run;

CREATE OR REPLACE TEMP TABLE busy_buckets AS
WITH opening AS (
    SELECT query_group, query, opens_on(early_side, dated, joined_earliest, joined_latest, left_earliest, left_latest, observed_on) AS day, person
    FROM seeking_queries JOIN matching_unit_pairs USING (query) SEMI JOIN busy_stretches USING (query_group)
    JOIN move_entries USING (unit_pair) WHERE NOT is_presence
    UNION ALL
    SELECT query_group, query, opens_on(early_side, dated, joined_earliest, joined_latest, left_earliest, left_latest, observed_on), person
    FROM seeking_queries JOIN matching_entries USING (query) SEMI JOIN busy_stretches USING (query_group)
    JOIN move_entries USING (entry) WHERE NOT is_presence
), opened AS (
    -- Several versions of one move are one person.
    SELECT query_group, run, any_value(query) AS query, day, count(DISTINCT person) AS people
    FROM opening JOIN busy_stretches USING (query_group) WHERE day >= begins AND day < ends GROUP BY query_group, run, day
), near AS (
    SELECT query_group, run, least, reach, day, lead(day, 1, day + reach + 1) OVER of_run AS next_day,
           sum(people) OVER (of_run RANGE BETWEEN reach PRECEDING AND CURRENT ROW) AS people
    FROM opened JOIN seeking_queries USING (query) WINDOW of_run AS (PARTITION BY query_group, run ORDER BY day)
), begun AS (
    SELECT query_group, day, next_day, day > lag(next_day, 1, day - 1) OVER (PARTITION BY query_group ORDER BY day) AS begins
    FROM near WHERE people >= least
), numbered AS (SELECT *, count_if(begins) OVER (PARTITION BY query_group ORDER BY day) AS run FROM begun)
SELECT query_group, DATE '1970-01-01' + min(day) AS begins, DATE '1970-01-01' + max(next_day) AS ends FROM numbered GROUP BY query_group, run;

-- busy.sql, one row per group and run of days on which so many may count that the threshold of its ask may be reached.
-- Sorting every day of every group, and every person, is what costs: first come stretches of 32 days, then the single days of those that are left.
CREATE OR REPLACE TEMP TABLE looking AS
SELECT ask, dated, NOT sure AS early_side, least, reach FROM asks JOIN terms USING (term) WHERE seeking;
CREATE OR REPLACE TEMP TABLE rough AS
WITH opened AS (
    SELECT asked_group, any_value(ask) AS ask, stretch, count(*) AS people FROM (
        SELECT asked_group, ask, opens_on(early_side, dated, joined_earliest, joined_latest, left_earliest, left_latest, observed_on) // 32 AS stretch
        FROM looking JOIN fitting_ways USING (ask) JOIN entries USING (way) WHERE NOT stays AND asked_group IS NOT NULL
        UNION ALL
        SELECT asked_group, ask, opens_on(early_side, dated, joined_earliest, joined_latest, left_earliest, left_latest, observed_on) // 32
        FROM looking JOIN fitting_entries USING (ask) JOIN entries USING (entry) WHERE NOT stays AND asked_group IS NOT NULL)
    GROUP BY asked_group, stretch
), near AS (
    SELECT asked_group, least, reach, stretch, lead(stretch, 1, stretch + (reach + 31) // 32 + 1) OVER of_group AS next_stretch,
           sum(people) OVER (of_group RANGE BETWEEN (reach + 31) // 32 PRECEDING AND CURRENT ROW) AS people
    FROM opened JOIN looking USING (ask) WINDOW of_group AS (PARTITION BY asked_group ORDER BY stretch)
), begun AS (
    SELECT asked_group, stretch, next_stretch, reach,
           stretch > lag(next_stretch, 1, stretch - 1) OVER (PARTITION BY asked_group ORDER BY stretch) AS begins
    FROM near WHERE people >= least
), numbered AS (SELECT *, count_if(begins) OVER (PARTITION BY asked_group ORDER BY stretch) AS run FROM begun)
SELECT asked_group, run, min(stretch) * 32 - any_value(reach) AS begins, max(next_stretch) * 32 AS ends FROM numbered GROUP BY asked_group, run;

CREATE OR REPLACE TEMP TABLE busy AS
WITH opening AS (
    SELECT asked_group, ask, opens_on(early_side, dated, joined_earliest, joined_latest, left_earliest, left_latest, observed_on) AS day
    FROM looking JOIN fitting_ways USING (ask) JOIN entries USING (way) WHERE NOT stays
    UNION ALL
    SELECT asked_group, ask, opens_on(early_side, dated, joined_earliest, joined_latest, left_earliest, left_latest, observed_on)
    FROM looking JOIN fitting_entries USING (ask) JOIN entries USING (entry) WHERE NOT stays
), opened AS (
    SELECT asked_group, run, any_value(ask) AS ask, day, count(*) AS people
    FROM opening JOIN rough USING (asked_group) WHERE day >= begins AND day < ends GROUP BY asked_group, run, day
), near AS (
    SELECT asked_group, run, least, reach, day, lead(day, 1, day + reach + 1) OVER of_run AS next_day,
           sum(people) OVER (of_run RANGE BETWEEN reach PRECEDING AND CURRENT ROW) AS people
    FROM opened JOIN looking USING (ask) WINDOW of_run AS (PARTITION BY asked_group, run ORDER BY day)
), begun AS (
    SELECT asked_group, day, next_day, day > lag(next_day, 1, day - 1) OVER (PARTITION BY asked_group ORDER BY day) AS begins
    FROM near WHERE people >= least
), numbered AS (SELECT *, count_if(begins) OVER (PARTITION BY asked_group ORDER BY day) AS run FROM begun)
SELECT asked_group, DATE '1970-01-01' + min(day) AS begins, DATE '1970-01-01' + max(next_day) AS ends FROM numbered GROUP BY asked_group, run;

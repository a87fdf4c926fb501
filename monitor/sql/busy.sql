-- busy.sql, one row per rule and group that may have enough people on some day, by those of $first to $last.
-- Sorting every day of every group is what costs; here are stretches of 32 days, each with all whose day lies close enough before.
INSERT INTO busy
WITH opened AS (
    SELECT ask, grouping, (CASE WHEN early_side THEN
               CASE dated WHEN 'joined' THEN joined_earliest WHEN 'left' THEN left_earliest ELSE observed_on END ELSE
               CASE dated WHEN 'joined' THEN joined_latest WHEN 'left' THEN left_latest ELSE observed_on END END
           - DATE '1970-01-01') // 32 AS stretch, count(*) AS people
    FROM entries JOIN seeking_ways USING (way)
    WHERE ask BETWEEN $first AND $last
    GROUP BY ALL
), near AS (
    SELECT opened.ask, grouping, terms.least, terms.rule,
           sum(people) OVER (PARTITION BY opened.ask, grouping ORDER BY stretch RANGE BETWEEN terms.reach PRECEDING AND CURRENT ROW) AS people
    FROM opened JOIN asks USING (ask) JOIN terms USING (term)
)
SELECT DISTINCT rule, grouping FROM near WHERE people >= least;

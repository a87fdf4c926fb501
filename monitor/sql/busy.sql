-- busy.sql, one row per ask, group and run of stretches of days that may have enough people on some day, by the asks $first to $last.
-- Sorting every day of every group is what costs; here are stretches of 32 days, each with all whose day lies close enough before.
INSERT INTO busy
WITH opened AS (
    SELECT ask, grouping, stretch_of_move(early_side, dated, joined_earliest, joined_latest, left_earliest, left_latest, observed_on) AS stretch,
           count(*) AS people
    FROM entries JOIN seeking_ways USING (way) WHERE ask BETWEEN $first AND $last GROUP BY ALL
    UNION ALL
    SELECT fitting_entries.ask, grouping,
           stretch_of_move(NOT terms.sure, dated, joined_earliest, joined_latest, left_earliest, left_latest, observed_on), count(*)
    FROM fitting_entries JOIN entries USING (entry) JOIN asks ON asks.ask = fitting_entries.ask JOIN terms ON terms.term = asks.term
    WHERE seeking AND grouping IS NOT NULL AND fitting_entries.ask BETWEEN $first AND $last GROUP BY ALL
), near AS (
    SELECT opened.ask, asks.rule, grouping, terms.least, stretch,
           lead(stretch, 1, stretch + terms.reach + 2) OVER (PARTITION BY opened.ask, grouping ORDER BY stretch) AS next_stretch,
           sum(people) OVER (PARTITION BY opened.ask, grouping ORDER BY stretch RANGE BETWEEN terms.reach PRECEDING AND CURRENT ROW) AS people
    FROM opened JOIN asks USING (ask) JOIN terms USING (term)
)
SELECT rule, ask, grouping, stretch, next_stretch FROM near WHERE people >= least;

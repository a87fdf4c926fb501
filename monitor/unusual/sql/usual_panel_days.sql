-- One row is a source and the days between which people moved in a whole panel as known on $day, with how many; `dated` unless the day is that of an
-- observation, `again_since` as in usual_days. Who moves again is taken from those of the day, and counted beside them. Reads usual_panel_moves,
-- usual_panels and usual_repeats. Exists because panels that count alike (`kind`) are counted once, by days.
CREATE OR REPLACE TEMP TABLE usual_panel_days AS
WITH known AS NOT MATERIALIZED (
    SELECT kind, source, version, earliest, latest, dated_by,
           -- What has no date of its own lies between two looks, and is known from the second on.
           dated_by <> 'observed' AND (latest <> observed_on OR before_on IS NULL OR earliest <> before_on + 1) AS dated
    FROM usual_panel_moves
    WHERE first_of_kind AND known_from <= $day AND (known_until IS NULL OR known_until > $day) AND latest > $since
), repeated AS (
    SELECT known.*, max(earliest) OVER (
        PARTITION BY kind, person ORDER BY latest, earliest, version ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS again_since
    FROM known JOIN usual_repeats ON usual_repeats.entry = version AND usual_repeats.dated = dated_by
)
SELECT kind, source, earliest, latest, dated, NULL::DATE AS again_since, count(*) AS people FROM known GROUP BY ALL
UNION ALL SELECT kind, source, earliest, latest, dated, NULL, -1 FROM repeated WHERE again_since IS NOT NULL
UNION ALL SELECT kind, source, earliest, latest, dated, again_since, 1 FROM repeated WHERE again_since IS NOT NULL;
-- one row per rule and block of its window's length
CREATE OR REPLACE TEMP TABLE usual_panel_quarters AS
SELECT rule, CAST((latest - DATE '1970-01-01') // window_days AS INTEGER) AS quarter, CAST(sum(people) AS BIGINT) AS people
FROM usual_panels JOIN usual_panel_days USING (kind)
WHERE counts_within(earliest, latest, again_since, latest - CAST((latest - DATE '1970-01-01') % window_days AS INTEGER) - 1, latest)
GROUP BY ALL HAVING sum(people) > 0;

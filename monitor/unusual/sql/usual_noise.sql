-- One row is a block of an organisation that hires (`is_pair` false) or of a pair that exchanges people, with how many were seen and how many were
-- usual. Reads usual_days, usual_keys, usual_pairs, usual_panel_quarters and usual_sides. Exists because the noise of the past says how steady
-- expectations are. A pair that is a large part of either side is left out: it would be held against itself.
WITH panel AS (
    SELECT quarter, quarter - CAST($first AS INTEGER) + 1 AS place, people FROM usual_panel_quarters WHERE quarter BETWEEN $first AND $last
), whole AS (SELECT sum(people) AS people FROM panel
), hirers AS (
    SELECT false AS is_pair, grouping, panel.quarter, by_quarter[place] AS seen, past / whole.people * panel.people AS usual
    FROM usual_sides JOIN usual_keys USING (key) CROSS JOIN whole CROSS JOIN panel WHERE NOT usual_sides.is_left AND past >= 20
), steady AS (
    SELECT origin, target, origins.by_quarter, targets.share, seen, by_size
    FROM usual_pairs JOIN usual_sides AS origins ON origins.key = origin JOIN usual_sides AS targets ON targets.key = target
    WHERE seen >= 5 AND 4 * seen <= least(origins.past, targets.past)
), exchanged AS (
    SELECT origin, target, quarter, count(*) AS people FROM usual_days SEMI JOIN steady USING (origin, target)
    WHERE counts_within(earliest, latest, again_pair, block_since, latest) GROUP BY ALL
), exchanges AS (
    SELECT true AS is_pair, origins.grouping || chr(31) || targets.grouping AS grouping, panel.quarter, coalesce(exchanged.people, 0) AS seen,
           steady.seen * by_quarter[place] * share[place] / by_size AS usual
    FROM steady CROSS JOIN panel JOIN usual_keys AS origins ON origins.key = origin JOIN usual_keys AS targets ON targets.key = target
    LEFT JOIN exchanged ON exchanged.origin = steady.origin AND exchanged.target = steady.target AND exchanged.quarter = panel.quarter
), sampled AS (
    SELECT *, row_number() OVER (PARTITION BY is_pair ORDER BY md5(grouping || quarter), grouping) AS place FROM (FROM hirers UNION ALL FROM exchanges)
)
SELECT is_pair, CAST(seen AS BIGINT) AS seen, CAST(usual AS DOUBLE) AS usual FROM sampled WHERE place <= $most ORDER BY is_pair, place;

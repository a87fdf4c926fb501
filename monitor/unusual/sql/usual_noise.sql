-- One row is a quarter of an organisation that hires (`is_pair` false) or of a pair that exchanges people, with how many were seen and how many were
-- usual. Reads usual_pairs, usual_past and usual_quarters. Exists because the noise of the past says how steady expectations are. A pair that is a large
-- part of either side is left out: it would be held against itself.
WITH panel AS (
    SELECT replace(rule, ':panel', '') AS basis, quarter, people FROM usual_quarters WHERE rule LIKE '%:panel' AND quarter BETWEEN $first AND $last
), whole AS (SELECT basis, sum(people) AS people FROM panel GROUP BY basis
), hirers AS (
    SELECT false AS is_pair, past.grouping, panel.quarter, coalesce(now.people, 0) AS seen, past.people / whole.people * panel.people AS usual
    FROM usual_past AS past JOIN panel ON past.rule = panel.basis || ':joined' JOIN whole USING (basis)
    LEFT JOIN usual_quarters AS now ON now.rule = past.rule AND now.grouping = past.grouping AND now.quarter = panel.quarter
    WHERE past.people >= 20
), exchanges AS (
    SELECT true AS is_pair, pairs.grouping, panel.quarter, coalesce(now.people, 0) AS seen,
           pairs.seen * coalesce(origin.people, 0) * coalesce(target.people, 0) / panel.people / pairs.by_size AS usual
    FROM usual_pairs AS pairs JOIN panel USING (basis)
    LEFT JOIN usual_quarters AS now ON now.rule = pairs.basis AND now.grouping = pairs.grouping AND now.quarter = panel.quarter
    LEFT JOIN usual_quarters AS origin ON origin.rule = pairs.basis || ':left' AND origin.grouping = pairs.from_key AND origin.quarter = panel.quarter
    LEFT JOIN usual_quarters AS target ON target.rule = pairs.basis || ':joined' AND target.grouping = pairs.to_key AND target.quarter = panel.quarter
    WHERE pairs.seen >= 5 AND 4 * pairs.seen <= least(pairs.left_past, pairs.joined_past)
), sampled AS (
    SELECT *, row_number() OVER (PARTITION BY is_pair ORDER BY md5(grouping || quarter), grouping) AS place FROM (FROM hirers UNION ALL FROM exchanges)
)
SELECT is_pair, CAST(seen AS BIGINT) AS seen, CAST(usual AS DOUBLE) AS usual FROM sampled WHERE place <= $most ORDER BY is_pair, place;

-- One row is a block of the past of a tested window, with how many people of the pair, from its origin, to its destination and of the whole panel moved
-- in it. Reads usual_asked, usual_keys, usual_panel_quarters and usual_quarters. Exists because a window is held against its past.
WITH asked AS (
    SELECT number, usual_asked.rule, origins.key AS left_key, targets.key AS joined_key, from_key IS NULL AS no_origin, to_key IS NULL AS no_target,
           unnest(range(first_quarter, first_quarter + CAST($quarters AS INTEGER))) AS quarter
    FROM usual_asked
    LEFT JOIN usual_keys AS origins ON origins.rule = usual_asked.rule AND origins.is_left AND origins.grouping = from_key
    LEFT JOIN usual_keys AS targets ON targets.rule = usual_asked.rule AND NOT targets.is_left AND targets.grouping = to_key
)
SELECT number, CASE WHEN no_target THEN coalesce(origin.people, 0) WHEN no_origin THEN coalesce(target.people, 0) ELSE coalesce(pair.people, 0) END AS pair,
       coalesce(origin.people, 0) AS "left", coalesce(target.people, 0) AS joined, coalesce(panel.people, 0) AS panel
FROM asked
LEFT JOIN usual_quarters AS origin ON origin.left_key = asked.left_key AND origin.joined_key IS NULL AND origin.quarter = asked.quarter
LEFT JOIN usual_quarters AS target ON target.left_key IS NULL AND target.joined_key = asked.joined_key AND target.quarter = asked.quarter
LEFT JOIN usual_quarters AS pair ON pair.left_key = asked.left_key AND pair.joined_key = asked.joined_key AND pair.quarter = asked.quarter
LEFT JOIN usual_panel_quarters AS panel ON panel.rule = asked.rule AND panel.quarter = asked.quarter
ORDER BY number, asked.quarter;

-- One row is a pair of sides that exchanged people in the quarters $first to $last, with its past and the past of both sides, and how many left and
-- joined in the window of usual_now. Reads usual_now, usual_past, usual_quarters and usual_sides. Exists because what pairs teach about chance, and how
-- many chance reaches, follows from these.
CREATE OR REPLACE TEMP TABLE usual_pairs AS
WITH exchanged AS (
    SELECT rule AS basis, grouping, side_key(grouping, from_places) AS from_key, side_key(grouping, to_places) AS to_key, people AS seen
    FROM usual_past JOIN usual_sides ON basis = rule
), by_quarter AS (
    SELECT exchanged.basis, exchanged.grouping, sum(left_quarter.people * joined_quarter.people / panel_quarter.people) AS by_size
    FROM exchanged
    JOIN usual_quarters AS left_quarter ON left_quarter.rule = basis || ':left' AND left_quarter.grouping = from_key AND left_quarter.quarter BETWEEN $first AND $last
    JOIN usual_quarters AS joined_quarter ON joined_quarter.rule = basis || ':joined' AND joined_quarter.grouping = to_key AND joined_quarter.quarter = left_quarter.quarter
    JOIN usual_quarters AS panel_quarter ON panel_quarter.rule = basis || ':panel' AND panel_quarter.quarter = left_quarter.quarter
    GROUP BY ALL
)
SELECT exchanged.basis, exchanged.grouping, from_key, to_key, seen, by_size, left_past.people AS left_past, joined_past.people AS joined_past,
       coalesce(left_now.people, 0) AS left_now, coalesce(joined_now.people, 0) AS joined_now
FROM exchanged JOIN by_quarter USING (basis, grouping)
JOIN usual_past AS left_past ON left_past.rule = basis || ':left' AND left_past.grouping = from_key
JOIN usual_past AS joined_past ON joined_past.rule = basis || ':joined' AND joined_past.grouping = to_key
LEFT JOIN usual_now AS left_now ON left_now.rule = basis || ':left' AND left_now.grouping = from_key
LEFT JOIN usual_now AS joined_now ON joined_now.rule = basis || ':joined' AND joined_now.grouping = to_key;

-- One row is a group that people left (`is_left`) or joined in the blocks $first to $last, or in the window that ended on $ends, with its people in each
-- block (`share` as a part of the whole panel), in all of them, and in the window. Reads usual_days, usual_panel_quarters and usual_quarters. Exists
-- because what is learnt of pairs, and how many alerts chance makes, follows from their sides.
CREATE OR REPLACE TEMP TABLE usual_sides AS
WITH blocks AS (
    SELECT blocks.quarter, coalesce(people, 0) AS panel
    FROM (SELECT unnest(range(CAST($first AS INTEGER), CAST($last AS INTEGER) + 1)) AS quarter) AS blocks LEFT JOIN usual_panel_quarters USING (quarter)
), of_past AS (
    SELECT left_key IS NOT NULL AS is_left, coalesce(left_key, joined_key) AS key, quarter, people
    FROM usual_quarters WHERE (left_key IS NULL OR joined_key IS NULL) AND quarter BETWEEN $first AND $last
), of_window AS (
    SELECT true AS is_left, origin AS key, count(*) AS people FROM usual_days
    WHERE origin IS NOT NULL AND counts_within(earliest, latest, again_left, CAST($ends AS DATE) - CAST($window_days AS INTEGER), CAST($ends AS DATE)) GROUP BY ALL
    UNION ALL
    SELECT false, target, count(*) FROM usual_days
    WHERE target IS NOT NULL AND counts_within(earliest, latest, again_joined, CAST($ends AS DATE) - CAST($window_days AS INTEGER), CAST($ends AS DATE)) GROUP BY ALL
), sides AS (
    SELECT is_left, key FROM of_past UNION SELECT is_left, key FROM of_window
), filled AS (
    SELECT sides.is_left, sides.key, list(CAST(coalesce(of_past.people, 0) AS DOUBLE) ORDER BY blocks.quarter) AS by_quarter,
           list(CASE WHEN panel > 0 THEN coalesce(of_past.people, 0) / panel ELSE 0.0 END ORDER BY blocks.quarter) AS share, sum(coalesce(of_past.people, 0)) AS past
    FROM sides CROSS JOIN blocks LEFT JOIN of_past ON of_past.key = sides.key AND of_past.quarter = blocks.quarter
    GROUP BY ALL
)
SELECT filled.*, coalesce(of_window.people, 0) AS now, size_class(past) AS past_class, size_class(coalesce(of_window.people, 0)) AS now_class
FROM filled LEFT JOIN of_window USING (key);

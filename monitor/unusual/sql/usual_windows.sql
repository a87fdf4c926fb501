-- One row is a tested window, with how many people certainly left its origin, and joined its destination, in it. Reads usual_asked, usual_days, usual_keys
-- and usual_panels. Exists because an expectation asks for them.
WITH asked AS (
    SELECT number, rule, unnest([true, false]) AS is_left, unnest([from_key, to_key]) AS grouping, ends_on, ends_on - window_days AS since
    FROM usual_asked JOIN usual_panels USING (rule)
), keyed AS (
    SELECT number, key, ends_on, since FROM asked JOIN usual_keys USING (rule, is_left, grouping)
), sides AS (
    SELECT number, true AS is_left FROM keyed JOIN usual_days ON origin = key WHERE counts_within(earliest, latest, again_left, since, ends_on)
    UNION ALL
    SELECT number, false FROM keyed JOIN usual_days ON target = key WHERE counts_within(earliest, latest, again_joined, since, ends_on)
)
SELECT number, count(*) FILTER (is_left) AS "left", count(*) FILTER (NOT is_left) AS joined FROM sides GROUP BY number ORDER BY number;

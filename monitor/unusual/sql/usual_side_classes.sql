-- One row is a class of groups that people left, or joined, that are alike in their past and now, with how many there are and the means. Reads usual_sides.
-- Exists because pairs that never exchanged anybody are counted by the classes of their sides.
SELECT is_left, now_class, past_class, CAST(count(*) AS DOUBLE) AS sides, CAST(avg(now) AS DOUBLE) AS now, CAST(avg(past) AS DOUBLE) AS past
FROM usual_sides GROUP BY ALL ORDER BY ALL;

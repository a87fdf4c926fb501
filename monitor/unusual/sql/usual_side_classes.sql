-- One row is a class of sides of a basis (left or joined) that are alike in their past and now, with how many there are and the means. Reads usual_now
-- and usual_past. Exists because pairs that never exchanged anybody are counted by the classes of their sides.
SELECT rule, size_class(now) AS now_class, size_class(past) AS past_class, CAST(count(*) AS DOUBLE) AS sides, CAST(avg(now) AS DOUBLE) AS now, CAST(avg(past) AS DOUBLE) AS past
FROM (SELECT coalesce(usual_past.rule, usual_now.rule) AS rule, coalesce(usual_now.people, 0) AS now, coalesce(usual_past.people, 0) AS past
      FROM usual_past FULL JOIN usual_now ON usual_past.rule = usual_now.rule AND usual_past.grouping = usual_now.grouping)
GROUP BY ALL ORDER BY ALL;

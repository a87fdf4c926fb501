-- One row is a window of a group, with how many people certainly moved in it. Reads usual_days, usual_ends and usual_groups. Exists because an
-- expectation asks how many left, joined and moved at all in the window that is tested.
SELECT usual_ends.rule, usual_ends.grouping, ends_on, CAST(sum(people) AS BIGINT) AS people
FROM usual_ends JOIN usual_groups ON usual_groups.rule = usual_ends.rule AND usual_groups.grouping = usual_ends.grouping
JOIN usual_days USING (query_group)
WHERE counts_within(earliest, latest, again_since, ends_on - window_days, ends_on)
GROUP BY ALL ORDER BY ALL;

-- One row is a window of a whole panel, a source and a day, with how many people certainly moved in the window by then, dated or not. Reads
-- usual_days, usual_ends and usual_groups. Exists because the share of a window that is known follows from the age of its moves.
SELECT usual_ends.rule, ends_on, source, latest, usual_days.dated, CAST(sum(people) AS BIGINT) AS people
FROM usual_ends JOIN usual_groups ON usual_groups.rule = usual_ends.rule AND usual_groups.grouping = usual_ends.grouping
JOIN usual_days USING (query_group)
WHERE usual_ends.grouping = '' AND counts_within(earliest, latest, again_since, ends_on - window_days, ends_on)
GROUP BY ALL ORDER BY ALL;

-- One row is a window of a whole panel, a source and a day, with how many people certainly moved in the window by then, dated or not. Reads usual_asked,
-- usual_panel_days and usual_panels. Exists because the share of a window that is known follows from the age of its moves.
SELECT rule, ends_on, source, latest, dated, CAST(sum(people) AS BIGINT) AS people
FROM (SELECT DISTINCT rule, ends_on FROM usual_asked) AS asked JOIN usual_panels USING (rule) JOIN usual_panel_days USING (kind)
WHERE counts_within(earliest, latest, again_since, ends_on - window_days, ends_on)
GROUP BY ALL HAVING sum(people) > 0 ORDER BY ALL;

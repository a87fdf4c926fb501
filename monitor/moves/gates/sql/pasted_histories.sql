-- pasted_histories.sql, one row per block of two dated stays, one after the other, that stands alike in $fewest profiles or more and is new in them on $day.
-- Reads next_tenures and changed_profiles. People who are hired together share one stay by chance, two stays with four equal days they do not.
CREATE OR REPLACE TEMP TABLE pasted_stays AS
WITH new_stays AS (
    SELECT profile, root, entered, start_earliest, start_latest, end_earliest, end_latest
    FROM next_tenures JOIN changed_profiles USING (profile)
    WHERE $compared AND begun AND listed AND NOT pseudo AND (join_shown_on = $day OR before_on IS NULL)
      -- A year is shared by many. The last stay may go on.
      AND start_latest - start_earliest <= 31 AND coalesce(end_latest - end_earliest <= 31, NOT ended)
), pairs AS (
    SELECT profile, root AS first_root, entered AS first_side, start_earliest AS first_start, end_earliest AS first_end,
           lead(root) OVER of_one AS second_root, lead(entered) OVER of_one AS second_side,
           lead(start_earliest) OVER of_one AS second_start, lead(end_earliest) OVER of_one AS second_end
    FROM new_stays WINDOW of_one AS (PARTITION BY profile ORDER BY start_earliest, end_earliest, root)
)
SELECT *, count(*) OVER (PARTITION BY first_root, first_start, first_end, second_root, second_start, second_end) AS people
FROM pairs WHERE second_root <> first_root
  AND first_end IS NOT NULL
QUALIFY people >= CAST($fewest AS INTEGER);
SELECT first_root AS from_root, second_root AS to_root, any_value(origin.name) AS from_name, any_value(target.name) AS to_name,
       max(first_end) AS ended_on, any_value(people) AS people, list(profile ORDER BY profile) AS profiles
FROM pasted_stays JOIN sides AS origin ON origin.side = first_side JOIN sides AS target ON target.side = second_side
GROUP BY first_root, first_start, first_end, second_root, second_start, second_end
ORDER BY from_root, to_root, ended_on;

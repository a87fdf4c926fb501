-- One row is a block of two dated stays, one after the other, that stands alike in $fewest profiles or more and is new in them on $day;
-- `pasted_stays` has their stays. So is one dated stay that took the place of one other organisation in so many profiles, by a correction. Reads
-- corrected_departures, next_tenures and sides. Exists because a history that was pasted into many profiles is nobody's. People who
-- are hired together share one stay by chance, two stays with four equal days they do not.
CREATE OR REPLACE TEMP TABLE pasted_stays AS
WITH new_stays AS (
    SELECT profile, root, entered, ended, start_earliest, start_latest, end_earliest, end_latest
    -- Of a profile that is seen for the first time all is new: colleagues may well have moved together twice.
    FROM next_tenures
    WHERE $compared AND begun AND listed AND NOT pseudo AND join_shown_on = $day
      -- A year is shared by many. The last stay may go on.
      AND start_latest - start_earliest <= 31 AND coalesce(end_latest - end_earliest <= 31, NOT ended)
), pairs AS (
    SELECT first.profile, first.root AS first_root, first.entered AS first_side,
           first.start_earliest AS first_start, first.end_earliest AS first_end,
           second.root AS second_root, second.entered AS second_side,
           second.start_earliest AS second_start, second.end_earliest AS second_end
    FROM new_stays AS first JOIN new_stays AS second
      ON second.profile = first.profile AND second.root <> first.root AND second.start_earliest >= first.end_earliest
    UNION ALL
    SELECT gone.profile, gone.root, gone.entered, NULL, NULL, stay.root, stay.entered, stay.start_earliest, stay.end_earliest
    FROM corrected_departures JOIN next_tenures AS gone ON gone.profile = corrected_departures.profile AND gone.tenure = corrected_departures.tenure
    JOIN new_stays AS stay ON stay.profile = gone.profile AND stay.root <> gone.root AND stay.ended
)
SELECT *, count(*) OVER (PARTITION BY first_root, first_start, first_end, second_root, second_start, second_end) AS people
FROM pairs
QUALIFY people >= CAST($fewest AS INTEGER);
SELECT first_root AS from_root, second_root AS to_root, any_value(origin.name) AS from_name, any_value(target.name) AS to_name,
       max(first_end) AS ended_on, any_value(people) AS people, list(profile ORDER BY profile) AS profiles
FROM pasted_stays JOIN sides AS origin ON origin.side = first_side JOIN sides AS target ON target.side = second_side
GROUP BY first_root, first_start, first_end, second_root, second_start, second_end
ORDER BY from_root, to_root, ended_on;

-- One row is a tenure that ended without a day (former) and the one that took its place at the same look (latter), under a name that is held as a
-- change of the organisation, where the latter states a day that lies before that look: the person was there under the former name. Reads holds and
-- next_tenures. Exists because what such a person did is one move with both sides, from or to the organisation under the name that was told.
CREATE OR REPLACE TEMP TABLE renamed_tenures AS
SELECT latter.profile, min(former.tenure) AS former, latter.tenure AS latter
FROM (SELECT DISTINCT from_root, to_root FROM holds WHERE source = $source AND observed_on < $day AND kind NOT IN ('second', 'pasted')) AS held
JOIN next_tenures AS former ON former.root = held.from_root AND former.begun AND former.ended AND NOT former.listed AND former.end_earliest IS NULL
JOIN next_tenures AS latter ON latter.profile = former.profile AND latter.root = held.to_root AND latter.begun AND latter.listed
 AND latter.join_shown_on = former.leave_shown_on
-- Without a start, the latter continues the former if it ended before the look that showed it, and the next stay began before that look, too. With a
-- start, it does so if the former was shown without one: it dates that arrival. Otherwise it is a step of its own.
WHERE CASE WHEN latter.start_earliest IS NULL
           THEN latter.end_latest < former.left_earliest AND coalesce(latter.end_latest >= former.start_earliest, true)
            AND EXISTS (FROM next_tenures AS after_it WHERE after_it.profile = latter.profile AND after_it.root NOT IN (former.root, latter.root)
                        AND after_it.begun AND after_it.start_earliest BETWEEN latter.end_earliest AND latter.joined_earliest - 1)
           ELSE latter.start_latest < former.left_earliest AND former.start_earliest IS NULL AND former.join_shown_on IS NOT NULL END
GROUP BY latter.profile, latter.tenure
-- Whoever was at either of the two more than once tells them apart.
HAVING count(*) = 1;

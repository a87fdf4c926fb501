-- One row is a new move version that follows from what the source wrote into many profiles, and from nothing that its person did. Reads holds,
-- new_move_versions, next_tenures and pasted_stays. Exists because such a move is held whatever else it would be.
CREATE OR REPLACE TEMP TABLE moves_by_listing AS
WITH pasted AS (
    SELECT profile, unnest([{'root': first_root, 'starts': first_start, 'ends': first_end},
                            {'root': second_root, 'starts': second_start, 'ends': second_end}]) AS stay, reason
    FROM pasted_stays JOIN holds ON holds.source = $source AND holds.observed_on = $day AND kind = 'pasted'
      AND from_root = first_root AND to_root = second_root AND ended_on IS NOT DISTINCT FROM first_end
), beside AS (
    -- Whoever gets the second employer later, or loses it, follows the same change.
    SELECT profile, holds.to_root AS root, arg_max(reason, observed_on) AS reason
    FROM holds JOIN next_tenures ON next_tenures.root = holds.from_root AND begun
    WHERE holds.source = $source AND kind = 'second' GROUP BY ALL
), held AS (
    SELECT moved.profile, num, reason
    FROM new_move_versions AS moved JOIN pasted ON pasted.profile = moved.profile
     AND (to_root = stay.root AND joined_earliest = stay.starts OR from_root = stay.root AND left_earliest = stay.ends
          -- The block took the place of what was there.
          OR to_root IS NULL AND NOT stated AND corrected_by IS NULL)
    UNION ALL
    SELECT moved.profile, num, reason
    FROM new_move_versions AS moved JOIN beside ON beside.profile = moved.profile
     AND NOT stated AND (from_root IS NULL AND to_root = root OR to_root IS NULL AND from_root = root)
)
SELECT profile, num, min(reason) AS reason FROM held GROUP BY profile, num;

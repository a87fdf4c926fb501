-- Adds what the gates will ask of the looks that were followed in this turn. Reads changed_profiles, holds, moves_by_listing, new_move_versions,
-- previous_tenures, relabelled_pairs, speaking_profiles and stated_tenures. Exists because the gates speak of a look as a whole, and each turn follows
-- some of the profiles of each.
INSERT INTO look_departures
WITH was AS (
    SELECT previous_tenures.profile, root, day FROM previous_tenures JOIN changed_profiles USING (profile)
    WHERE begun AND NOT ended AND NOT pseudo AND still AND profile IN (SELECT profile FROM speaking_profiles)
), kept AS (
    SELECT was.profile FROM was JOIN stated_tenures USING (profile, root) WHERE NOT stated_tenures.over OR stated_tenures.e1 IS NOT NULL
), gone AS (
    SELECT profile, day, min(root) AS from_root FROM was WHERE profile NOT IN (SELECT profile FROM kept) GROUP BY profile, day
)
SELECT gone.profile, day, from_root, min(stated_tenures.root) FILTER (NOT stated_tenures.over)
FROM gone LEFT JOIN stated_tenures USING (profile) GROUP BY gone.profile, day, from_root;
INSERT INTO look_relabels
SELECT DISTINCT profile, day, old_root, new_root FROM relabelled_pairs WHERE k1 < 2;
INSERT INTO look_moves
SELECT moved.profile, day, before_on, moved.from_root, moved.to_root, from_side, to_side, manner, stated, placeholder,
       moves_by_listing.num IS NOT NULL OR coalesce(manner = 'in place', false) AND held.from_root IS NOT NULL
FROM new_move_versions AS moved
LEFT JOIN moves_by_listing ON moves_by_listing.profile = moved.profile AND moves_by_listing.num = moved.num
LEFT JOIN (SELECT DISTINCT from_root, to_root FROM holds WHERE source = $source AND kind NOT IN ('second', 'pasted')) AS held
  ON held.from_root = moved.from_root AND held.to_root = moved.to_root
WHERE known_move IS NULL;

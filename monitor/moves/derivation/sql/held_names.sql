-- One row is a profile and an organisation that it states whose name is held as another name of the organisation where the profile was believed to
-- be; with that organisation. Reads holds, names, previous_tenures, sides and stated_positions. Exists because until an operator decides, people,
-- moves and alerts go on under the name that was told.
CREATE OR REPLACE TEMP TABLE held_names AS
WITH stated AS (
    SELECT profile, root, id, organization_key, s1, e1, e2 FROM stated_positions JOIN names USING (organization, external) WHERE NOT pseudo
), renamed AS (
    SELECT DISTINCT from_root, to_root FROM holds WHERE source = $source AND kind = 'renamed'
)
SELECT stated.profile, stated.root, arg_max({'root': previous_tenures.root, 'unit': sides.unit, 'organization': sides.name}, previous_tenures.tenure) AS believed
FROM stated JOIN renamed ON renamed.to_root = stated.root
JOIN previous_tenures ON previous_tenures.profile = stated.profile AND previous_tenures.root = renamed.from_root AND previous_tenures.listed
JOIN sides ON sides.side = previous_tenures.latest
WHERE (share_an_id(previous_tenures.ids, stated.id) OR abs(previous_tenures.start_earliest - stated.s1) <= 366
       OR is_one_organization(previous_tenures.organization_ids, stated.organization_key, previous_tenures.ended, previous_tenures.start_earliest, stated.e2)
       OR same_end_alone(previous_tenures.start_earliest, stated.s1, previous_tenures.end_earliest, stated.e1, previous_tenures.end_latest, stated.e2))
  -- Whoever has been at both organisations, or states both, tells them apart.
  AND (stated.profile, previous_tenures.root) NOT IN (SELECT (profile, root) FROM stated)
  AND (stated.profile, stated.root) NOT IN (SELECT (profile, root) FROM previous_tenures)
GROUP BY stated.profile, stated.root;

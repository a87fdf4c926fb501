-- match_rules.sql, which moves and stays each rule asks for: by way where the organisations decide, one by one where titles, teams or people do.
CREATE OR REPLACE TEMP TABLE named_ways AS
WITH pairs AS (
    SELECT ask, f.unit AS from_key, f.named AS from_named, f.in_group AS from_group, f.starts AS from_starts, f.ends AS from_ends,
           t.unit AS to_key, t.named AS to_named, t.in_group AS to_group, t.starts AS to_starts, t.ends AS to_ends
    FROM ask_sides AS f JOIN ask_sides AS t USING (ask) WHERE f.side = 'from' AND t.side = 'to'
), named AS (
    SELECT ask, way, ways.stays, asks.by_way, asks.way_grouped, asks.slots, from_starts, from_ends, to_starts, to_ends,
           [coalesce(from_named, from_root), coalesce(to_named, to_root), from_unit, to_unit, from_group, to_group] AS told
    FROM ways JOIN pairs USING (from_key, to_key) JOIN asks USING (ask)
    WHERE asks.stays = ways.stays AND asks.paired = ways.paired
      AND (len(not_from) = 0 OR NOT coalesce(list_contains(not_from, from_unit), false))
      AND (len(not_to) = 0 OR NOT coalesce(list_contains(not_to, to_unit), false))
)
SELECT * EXCLUDE (told, way_grouped, slots), CASE WHEN way_grouped THEN NULL ELSE told END AS told,
       CASE WHEN way_grouped THEN joined(slots, told[slots[1]], told[slots[2]], told[slots[3]], told[slots[4]], told[slots[5]]) END AS grouping
FROM named;

CREATE OR REPLACE TEMP TABLE candidates AS
SELECT named_ways.ask, named_ways.stays, entry, from_side, to_side, grouping, told, from_starts, from_ends, to_starts, to_ends
FROM named_ways JOIN entries USING (way) WHERE NOT by_way AND NOT stays
UNION ALL
SELECT named_ways.ask, true, entry, from_side, to_side, grouping, told, from_starts, from_ends, to_starts, to_ends
FROM named_ways JOIN stays USING (way) WHERE NOT by_way AND named_ways.stays;

-- Patterns are held against each way of being somewhere, not against each move.
CREATE OR REPLACE TEMP TABLE fitting_sides AS
SELECT want, sides.side
FROM wanted JOIN sides ON CASE trait WHEN 'title' THEN fits_any(fits, title) WHEN 'location' THEN fits_any(fits, location)
                                     WHEN 'team' THEN coalesce(list_contains(fits, team_id), false)
                                     ELSE coalesce(list_contains(fits, seniority_of(title)), false) END
WHERE trait IN ('title', 'location', 'team', 'seniority');
CREATE OR REPLACE TEMP TABLE fitting_people AS
SELECT want, stays, entry
FROM (SELECT DISTINCT want, trait, fits, stays, entry FROM candidates JOIN wanted USING (ask) WHERE trait IN ('person', 'source')) AS asking
JOIN (SELECT false AS stays, version AS entry, source, profile, name, person FROM moves
      UNION ALL SELECT true, entry, source, profile, name, person FROM stays) AS someone USING (stays, entry)
WHERE CASE trait WHEN 'source' THEN list_contains(fits, source)
                 ELSE fits_any(fits, profile) OR fits_any(fits, name) OR fits_any(fits, person) END;
CREATE OR REPLACE TEMP TABLE unfit AS
SELECT DISTINCT candidates.ask, candidates.stays, candidates.entry
FROM candidates JOIN wanted ON wanted.ask = candidates.ask
LEFT JOIN fitting_sides AS f ON f.want = wanted.want AND f.side = candidates.from_side AND wanted.side IN ('from', 'any')
LEFT JOIN fitting_sides AS t ON t.want = wanted.want AND t.side = candidates.to_side AND wanted.side IN ('to', 'any')
LEFT JOIN fitting_people AS p ON p.want = wanted.want AND p.stays = candidates.stays AND p.entry = candidates.entry
WHERE (f.want IS NOT NULL OR t.want IS NOT NULL OR p.want IS NOT NULL) = but_not;

-- one row per ask and move or stay that fits it, where the way alone does not say so
CREATE OR REPLACE TEMP TABLE named_entries AS
WITH valued AS (
    SELECT candidates.* EXCLUDE (grouping), slots,
           told || [origin.team_id, target.team_id, origin.location, target.location,
                    seniority_of(origin.title), seniority_of(target.title), someone.person, someone.source] AS told_all
    FROM candidates ANTI JOIN unfit USING (ask, stays, entry) JOIN asks USING (ask)
    LEFT JOIN sides AS origin ON origin.side = candidates.from_side
    LEFT JOIN sides AS target ON target.side = candidates.to_side
    LEFT JOIN (SELECT false AS stays, version AS entry, person, source FROM moves
               UNION ALL SELECT true, entry, person, source FROM stays) AS someone
           ON someone.stays = candidates.stays AND someone.entry = candidates.entry
    WHERE NOT way_grouped
)
SELECT ask, stays, entry, from_starts, from_ends, to_starts, to_ends,
       joined(slots, told_all[slots[1]], told_all[slots[2]], told_all[slots[3]], told_all[slots[4]], told_all[slots[5]]) AS grouping
FROM valued
UNION ALL
SELECT ask, candidates.stays, entry, from_starts, from_ends, to_starts, to_ends, grouping
FROM candidates ANTI JOIN unfit USING (ask, stays, entry) JOIN asks USING (ask) WHERE way_grouped;

-- one row per ask and group of it; a missing value makes no group: what has none is left out, and listed by unassigned.sql
CREATE OR REPLACE TEMP TABLE asked_groups AS
SELECT CAST(row_number() OVER () AS INTEGER) AS asked_group, ask, grouping FROM (
    SELECT ask, grouping FROM named_ways WHERE by_way AND grouping IS NOT NULL
    UNION SELECT ask, grouping FROM named_entries WHERE grouping IS NOT NULL);
-- one row per way, and per single move or stay, that counts in a group if its days do
CREATE OR REPLACE TEMP TABLE fitting_ways AS
SELECT way, stays, ask, asked_group, from_starts, from_ends, to_starts, to_ends
FROM named_ways LEFT JOIN asked_groups USING (ask, grouping) WHERE by_way;
CREATE OR REPLACE TEMP TABLE fitting_entries AS
SELECT entry, stays, ask, asked_group, from_starts, from_ends, to_starts, to_ends
FROM named_entries LEFT JOIN asked_groups USING (ask, grouping);
DROP TABLE named_ways; DROP TABLE candidates; DROP TABLE unfit; DROP TABLE named_entries;

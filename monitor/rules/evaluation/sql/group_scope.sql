-- One row is a move, and one of `tenures_in_scope` a tenure, that may count in a group that is evaluated again. Reads clusters, conditions, moves,
-- queries, query_sides, sides, tenures and touched_groups. Exists because a group is counted with all of its members, new and old, and no other group
-- is counted. More may be in scope than counts: what a rule asks besides the organisations is asked later.
CREATE OR REPLACE TEMP TABLE scope_keys AS
WITH asked AS (
    SELECT query, is_presence, paired, slots,
           CASE WHEN role = 'base' THEN list_transform(base_slots, LAMBDA place: parts[place]) ELSE parts END AS parts
    FROM touched_groups JOIN queries USING (rule) JOIN conditions USING (condition)
), valued AS (
    SELECT DISTINCT query, is_presence, paired, parts[list_position(slots, 1)] AS from_organization, parts[list_position(slots, 2)] AS to_organization,
           parts[list_position(slots, 3)] AS from_unit, parts[list_position(slots, 4)] AS to_unit,
           parts[list_position(slots, 5)] AS from_group, parts[list_position(slots, 6)] AS to_group
    FROM asked
), keyed AS (
    -- A unit that is asked for by name, else the root that makes the group, else anything.
    SELECT is_presence, paired,
           coalesce(from_unit, CASE WHEN f.unit NOT IN ('', '*') THEN f.unit END) AS from_unit, CASE WHEN f.named IS NULL THEN from_organization END AS from_root,
           coalesce(to_unit, CASE WHEN t.unit NOT IN ('', '*') THEN t.unit END) AS to_unit, CASE WHEN t.named IS NULL THEN to_organization END AS to_root
    FROM valued
    JOIN query_sides AS f ON f.query = valued.query AND f.side = 'from' AND coalesce(f.named = from_organization, true)
     AND (from_group IS NULL OR f.in_group = from_group) AND (from_unit IS NULL OR f.unit IN (from_unit, '', '*'))
    JOIN query_sides AS t ON t.query = valued.query AND t.side = 'to' AND coalesce(t.named = to_organization, true)
     AND (to_group IS NULL OR t.in_group = to_group) AND (to_unit IS NULL OR t.unit IN (to_unit, '', '*'))
)
SELECT DISTINCT is_presence, paired,
       CASE WHEN from_unit IS NOT NULL THEN 'unit' WHEN from_root IS NOT NULL THEN 'root' ELSE 'any' END AS from_kind, coalesce(from_unit, from_root, '') AS from_value,
       CASE WHEN to_unit IS NOT NULL THEN 'unit' WHEN to_root IS NOT NULL THEN 'root' ELSE 'any' END AS to_kind, coalesce(to_unit, to_root, '') AS to_value
FROM keyed;
CREATE OR REPLACE TEMP TABLE moves_in_scope AS
WITH keys AS (SELECT * FROM scope_keys WHERE NOT is_presence
), named_sides AS (
    SELECT side, unit FROM sides
    WHERE unit IN (SELECT from_value FROM keys WHERE from_kind = 'unit' UNION SELECT to_value FROM keys WHERE to_kind = 'unit')
), placed AS (
    SELECT version, from_root, to_root, origin.unit AS from_unit, target.unit AS to_unit
    FROM moves LEFT JOIN named_sides AS origin ON origin.side = from_side LEFT JOIN named_sides AS target ON target.side = to_side
)
SELECT version AS entry FROM placed
WHERE EXISTS (SELECT 1 FROM keys WHERE from_kind = 'any' AND to_kind = 'any')
   OR from_root IN (SELECT from_value FROM keys WHERE from_kind = 'root' AND to_kind = 'any')
   OR from_unit IN (SELECT from_value FROM keys WHERE from_kind = 'unit' AND to_kind = 'any')
   OR to_root IN (SELECT to_value FROM keys WHERE from_kind = 'any' AND to_kind = 'root')
   OR to_unit IN (SELECT to_value FROM keys WHERE from_kind = 'any' AND to_kind = 'unit')
   OR (from_root, to_root) IN (SELECT (from_value, to_value) FROM keys WHERE from_kind = 'root' AND to_kind = 'root')
   OR (from_root, to_unit) IN (SELECT (from_value, to_value) FROM keys WHERE from_kind = 'root' AND to_kind = 'unit')
   OR (from_unit, to_root) IN (SELECT (from_value, to_value) FROM keys WHERE from_kind = 'unit' AND to_kind = 'root')
   OR (from_unit, to_unit) IN (SELECT (from_value, to_value) FROM keys WHERE from_kind = 'unit' AND to_kind = 'unit');
CREATE OR REPLACE TEMP TABLE tenures_in_scope AS
WITH keys AS (SELECT DISTINCT to_kind, to_value FROM scope_keys WHERE is_presence
), staying AS (
    SELECT source, profile, tenure FROM tenures JOIN sides ON side = latest
    WHERE EXISTS (SELECT 1 FROM keys WHERE to_kind = 'any')
       OR tenures.root IN (SELECT to_value FROM keys WHERE to_kind = 'root') OR sides.unit IN (SELECT to_value FROM keys WHERE to_kind = 'unit')
), with_a_past AS (
    -- Where somebody was before may stand in another profile of theirs.
    SELECT source, profile FROM staying WHERE (SELECT bool_or(paired) FROM scope_keys)
    UNION SELECT source, profile FROM clusters WHERE (SELECT bool_or(paired) FROM scope_keys)
      AND person IN (SELECT person FROM clusters SEMI JOIN staying USING (source, profile))
)
SELECT rowid AS number FROM tenures SEMI JOIN staying USING (source, profile, tenure)
UNION SELECT tenures.rowid FROM tenures SEMI JOIN with_a_past USING (source, profile);

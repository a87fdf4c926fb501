-- One row is a place, and the key of a group whose people leave it or join it from a day up to another; `usual_keys` says which group that is. Reads
-- matching_entries, matching_unit_pairs, move_entries, moves, queries and query_groups. Exists because people are counted by number, and a pair of groups
-- is a pair of numbers.
CREATE OR REPLACE TEMP TABLE usual_keys AS
SELECT query_group AS key, replace(replace(rule, $of_left, ''), $of_joined, '') AS rule, ends_with(rule, $of_left) AS is_left, grouping
FROM query_groups JOIN queries USING (query) WHERE ends_with(rule, $of_left) OR ends_with(rule, $of_joined);
CREATE OR REPLACE TEMP TABLE usual_places AS
WITH matching AS (
    SELECT query_group, entry, from_starts, from_ends, to_starts, to_ends
    FROM matching_unit_pairs JOIN move_entries USING (unit_pair) WHERE NOT is_presence
    UNION ALL
    SELECT query_group, entry, from_starts, from_ends, to_starts, to_ends FROM matching_entries WHERE NOT is_presence
), places AS (
    SELECT key, rule, is_left, from_side AS side, from_root AS root, from_starts AS starts, from_ends AS ends
    FROM matching JOIN usual_keys ON key = query_group JOIN moves ON version = entry WHERE is_left
    UNION
    SELECT key, rule, is_left, to_side, to_root, to_starts, to_ends
    FROM matching JOIN usual_keys ON key = query_group JOIN moves ON version = entry WHERE NOT is_left
)
SELECT key, side, root, coalesce(starts, DATE '-infinity') AS first_day, coalesce(ends - 1, DATE 'infinity') AS last_day,
       count(*) OVER (PARTITION BY rule, is_left, side, root) > 1 AS is_one_of_many
FROM places WHERE root IS NOT NULL;

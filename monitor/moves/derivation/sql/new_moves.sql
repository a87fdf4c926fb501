-- new_moves.sql, one row per version of a move that begins to be believed on $day; flows that may be a change of organisations are marked by how.
CREATE OR REPLACE TEMP TABLE new_versions AS
WITH ever AS (
    SELECT profile, from_root, to_root, max(occurrence) AS occurrences
    FROM profile_moves WHERE rowid IN (SELECT number FROM move_rows)
    GROUP BY ALL
), linked AS (
    SELECT next_moves.*, believed.move AS known_move, believed.occurrence AS known_occurrence,
           believed.before_on AS known_before_on, believed.observed_on AS known_observed_on,
           believed.baseline AS known_baseline, believed.status AS known_status, believed.reason AS known_reason,
           believed.from_root IS NOT DISTINCT FROM next_moves.from_root
           AND believed.to_root IS NOT DISTINCT FROM next_moves.to_root
           AND believed.from_side IS NOT DISTINCT FROM next_moves.from_side
           AND believed.to_side IS NOT DISTINCT FROM next_moves.to_side
           AND believed.left_earliest = next_moves.left_earliest AND believed.left_latest = next_moves.left_latest
           AND believed.joined_earliest = next_moves.joined_earliest
           AND believed.joined_latest = next_moves.joined_latest AND believed.stated = next_moves.stated AS same
    FROM next_moves
    LEFT JOIN chosen ON chosen.profile = next_moves.profile AND chosen.b = next_moves.num
    LEFT JOIN believed ON believed.profile = chosen.profile AND believed.num = chosen.a
), places AS (
    SELECT num, row_number() OVER (PARTITION BY profile, from_root, to_root ORDER BY num) AS place FROM linked
    WHERE known_move IS NULL AND NOT only_if_known
)
SELECT linked.*, ever.occurrences, affected.before_on,
       coalesce(known_occurrence, coalesce(ever.occurrences, 0) + places.place) AS occurrence
FROM linked
LEFT JOIN places USING (num)
LEFT JOIN ever ON ever.profile = linked.profile AND ever.from_root IS NOT DISTINCT FROM linked.from_root
              AND ever.to_root IS NOT DISTINCT FROM linked.to_root
JOIN affected ON affected.profile = linked.profile
WHERE NOT coalesce(same, false) AND (known_move IS NOT NULL OR NOT only_if_known);

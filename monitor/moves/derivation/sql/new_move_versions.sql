-- One row is a version of a move that begins to be believed; `manner` tells flows that may be a change of organisations by how they were
-- shown. Reads believed_moves, changed_profiles, chosen_pairs, next_moves, profile_move_rows and profile_moves. Exists because only what differs from
-- the version believed so far is stored.
CREATE OR REPLACE TEMP TABLE new_move_versions AS
WITH ever AS (
    SELECT profile, from_root, to_root, max(occurrence) AS occurrences
    FROM profile_moves WHERE rowid IN (SELECT number FROM profile_move_rows)
    GROUP BY ALL
), linked AS (
    SELECT next_moves.*, believed_moves.move AS known_move, believed_moves.occurrence AS known_occurrence,
           believed_moves.before_on AS known_before_on, believed_moves.observed_on AS known_observed_on,
           believed_moves.baseline AS known_baseline, believed_moves.status AS known_status, believed_moves.reason AS known_reason,
           (believed_moves.from_root IS NOT DISTINCT FROM next_moves.from_root
           AND believed_moves.to_root IS NOT DISTINCT FROM next_moves.to_root
           AND believed_moves.from_side IS NOT DISTINCT FROM next_moves.from_side
           AND believed_moves.to_side IS NOT DISTINCT FROM next_moves.to_side
           AND believed_moves.left_earliest = next_moves.left_earliest AND believed_moves.left_latest = next_moves.left_latest
           AND believed_moves.joined_earliest = next_moves.joined_earliest
           AND believed_moves.joined_latest = next_moves.joined_latest AND believed_moves.stated = next_moves.stated) AS same
    FROM next_moves
    LEFT JOIN chosen_pairs ON chosen_pairs.profile = next_moves.profile AND chosen_pairs.b = next_moves.num
    LEFT JOIN believed_moves ON believed_moves.profile = chosen_pairs.profile AND believed_moves.num = chosen_pairs.a
), places AS (
    SELECT num, row_number() OVER (PARTITION BY profile, from_root, to_root ORDER BY num) AS place FROM linked
    WHERE known_move IS NULL AND NOT only_if_known
)
SELECT linked.*, ever.occurrences, changed_profiles.before_on, changed_profiles.day,
       coalesce(known_occurrence, coalesce(ever.occurrences, 0) + places.place) AS occurrence
FROM linked
LEFT JOIN places USING (num)
LEFT JOIN ever ON ever.profile = linked.profile AND ever.from_root IS NOT DISTINCT FROM linked.from_root
              AND ever.to_root IS NOT DISTINCT FROM linked.to_root
JOIN changed_profiles ON changed_profiles.profile = linked.profile
WHERE NOT coalesce(same, false) AND (known_move IS NOT NULL OR NOT only_if_known);

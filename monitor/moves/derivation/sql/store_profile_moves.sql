-- Ends the versions that are no longer believed and adds the new ones, with names from the snapshot. Reads believed_moves, chosen_pairs,
-- crowded_profiles, holds, moves_by_listing, new_move_versions, reassigned_profiles, revised_profiles, shown_profile_names and speaking_profiles. Exists because what a
-- profile told is kept with the days on which it was believed. A silent snapshot takes nothing back, and changes nothing that is known.
DELETE FROM new_move_versions WHERE $silent AND known_move IS NOT NULL;
UPDATE profile_moves SET known_until = ended.day
FROM (
    SELECT believed_moves.number, revised_profiles.day FROM believed_moves JOIN revised_profiles USING (profile)
    LEFT JOIN chosen_pairs ON chosen_pairs.profile = believed_moves.profile AND chosen_pairs.a = believed_moves.num
    WHERE chosen_pairs.b IS NULL
       OR (chosen_pairs.profile, chosen_pairs.b) IN (SELECT (profile, num) FROM new_move_versions)) AS ended
WHERE NOT $silent AND profile_moves.rowid = ended.number;
INSERT INTO profile_moves
SELECT coalesce(known_move, substr(md5(concat_ws(chr(31), $source, new_move_versions.profile, coalesce(new_move_versions.from_root, ''),
                                       coalesce(new_move_versions.to_root, ''), occurrence)), 1, 16)) AS move,
       $source, new_move_versions.profile, shown_profile_names.name, shown_profile_names.url,
       new_move_versions.from_root, from_side, new_move_versions.to_root, to_side,
       left_earliest, left_latest, joined_earliest, joined_latest,
       CASE WHEN known_move IS NULL THEN before_on ELSE known_before_on END,
       coalesce(known_observed_on, new_move_versions.day), coalesce(known_baseline, CAST($baseline AS BOOLEAN)), stated,
       CASE WHEN known_move IS NOT NULL THEN known_status WHEN crowded_profiles.profile IS NOT NULL OR reassigned_profiles.profile IS NOT NULL THEN 'held' WHEN moves_by_listing.reason IS NOT NULL OR collective.reason IS NOT NULL OR unheard OR unplaced OR corrected_by IS NOT NULL THEN 'held' ELSE 'counted' END,
       CASE WHEN known_move IS NOT NULL THEN known_reason
            WHEN crowded_profiles.organizations = 0 THEN 'a name that several people had at the last look: which of them it is cannot be told'
            WHEN crowded_profiles.profile IS NOT NULL
            THEN 'an id that several people share: it showed ' || crowded_profiles.organizations || ' organisations at once'
            WHEN reassigned_profiles.profile IS NOT NULL
            THEN 'an id that names another person: ' || reassigned_profiles.latter || ' in the place of ' || reassigned_profiles.former
            WHEN moves_by_listing.reason IS NOT NULL THEN moves_by_listing.reason
            WHEN collective.reason IS NOT NULL THEN collective.reason
            WHEN unheard THEN 'the source began anew on ' || new_move_versions.day || ': who was where was not compared'
            WHEN unplaced THEN 'no day is stated, and a pseudo employer stood ' || CASE placeholder WHEN 'filled' THEN 'there before' ELSE 'in its place' END
            WHEN corrected_by IS NOT NULL THEN 'a correction rather than a departure: ' || corrected_by
            WHEN open_start THEN 'no day is stated, and no other job ended: when it began is not known'
            WHEN new_move_versions.to_root IS NULL AND NOT stated THEN instead END,
       occurrence, new_move_versions.day, NULL
FROM (SELECT *, $silent AND (NOT stated OR before_on IS NULL) AS unheard, $placeholders AND placeholder IS NOT NULL AS unplaced
      FROM new_move_versions) AS new_move_versions
LEFT JOIN speaking_profiles ON speaking_profiles.profile = new_move_versions.profile
LEFT JOIN reassigned_profiles ON reassigned_profiles.profile = new_move_versions.profile
LEFT JOIN shown_profile_names ON shown_profile_names.profile = new_move_versions.profile
LEFT JOIN (
    -- Who follows later in a flow that was held once follows the same change.
    SELECT from_root, to_root, list(ended_on) AS ended_on, arg_max(reason, observed_on) AS reason, max(observed_on) = $day AS today
    FROM holds WHERE source = $source AND kind NOT IN ('second', 'pasted') AND (kind <> 'renamed' OR observed_on < $day) GROUP BY ALL
) AS collective ON collective.from_root = new_move_versions.from_root AND collective.to_root = new_move_versions.to_root
  AND (new_move_versions.manner = 'in place' OR new_move_versions.manner = 'dated' AND today
       OR new_move_versions.manner IN ('dated', 'told') AND len(list_filter(collective.ended_on, LAMBDA ended_on: ended_on BETWEEN left_earliest AND left_latest)) > 0)
LEFT JOIN moves_by_listing ON moves_by_listing.profile = new_move_versions.profile AND moves_by_listing.num = new_move_versions.num
-- Who was crowded at the last look is not one person at this one.
LEFT JOIN crowded_profiles ON crowded_profiles.source = $source AND crowded_profiles.profile = new_move_versions.profile
  AND (crowded_profiles.known_until IS NULL OR crowded_profiles.known_until = new_move_versions.day)
ORDER BY new_move_versions.profile, new_move_versions.num;

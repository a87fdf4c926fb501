-- Holds the moves that went before in a flow that is held today, from $day on. Reads holds and profile_moves. Exists because they followed the same
-- change of the organisations.
CREATE OR REPLACE TEMP TABLE moves_to_hold AS
SELECT profile_moves.rowid AS number, today.reason FROM profile_moves
JOIN holds AS today ON today.source = profile_moves.source AND today.observed_on = $day
  AND today.kind NOT IN ('second', 'pasted') AND today.from_root = profile_moves.from_root AND today.to_root = profile_moves.to_root
WHERE profile_moves.source = $source AND profile_moves.known_until IS NULL AND profile_moves.known_from < $day
  AND profile_moves.status = 'counted'
  AND CASE WHEN today.ended_on IS NOT NULL THEN today.ended_on BETWEEN left_earliest AND left_latest
           ELSE today.kind IN ('spread', 'carved') AND NOT stated AND before_on IS NOT NULL
                AND profile_moves.observed_on >= CAST($day AS DATE) - 365 END;
INSERT INTO profile_moves
SELECT profile_moves.* REPLACE ('held' AS status, moves_to_hold.reason AS reason, CAST($day AS DATE) AS known_from)
FROM profile_moves JOIN moves_to_hold ON moves_to_hold.number = profile_moves.rowid;
UPDATE profile_moves SET known_until = $day WHERE rowid IN (SELECT number FROM moves_to_hold);

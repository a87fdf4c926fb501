-- One row is a look at a profile that some of $moves rest on: the last one before each move and the one that showed it. Reads moves and profile_moves.
-- Exists because an alert names the snapshots that prove it.
WITH wanted_moves AS (
    SELECT unnest(coalesce(profile_move_ids, [move])) AS move FROM moves
    WHERE list_contains($moves, move) OR list_has_any(profile_move_ids, $moves)
), looks AS (
    SELECT source, profile, unnest([before_on, observed_on]) AS day FROM profile_moves SEMI JOIN wanted_moves USING (move)
)
SELECT DISTINCT source, day, profile FROM looks WHERE day IS NOT NULL ORDER BY source, day, profile;

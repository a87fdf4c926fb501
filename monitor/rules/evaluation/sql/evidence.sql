-- evidence.sql, one row per look at a profile that some of $moves rest on: the last before each move and the one that showed it.
WITH told AS (
    SELECT unnest(coalesce(told_by, [move])) AS move FROM moves
    WHERE list_contains($moves, move) OR list_has_any(told_by, $moves)
), looks AS (
    SELECT source, profile, unnest([before_on, observed_on]) AS day FROM profile_moves SEMI JOIN told USING (move)
)
SELECT DISTINCT source, day, profile FROM looks WHERE day IS NOT NULL ORDER BY source, day, profile;

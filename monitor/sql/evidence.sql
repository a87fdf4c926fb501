-- evidence.sql, one row per look at a profile that some of $moves rest on: the last before each move and the one that showed it.
WITH looks AS (
    SELECT source, profile, unnest([before_on, observed_on]) AS day FROM moves WHERE list_contains($moves, move)
)
SELECT DISTINCT source, day, profile FROM looks WHERE day IS NOT NULL ORDER BY source, day, profile;

-- One row is a profile, move and day that the look of $day shows of several profiles at one address, with the profile's name. Reads profile_moves and
-- profile_names. Exists because spellings of one name on one page are likely one person. Where the address is that of people of other names too, the
-- caller tells a team's page by `others`. A move that its profiles date is the same if the days are.
WITH shown AS (
    SELECT profile, name, spelling_of(url) AS page, url,
           concat_ws('|', coalesce(from_root, ''), coalesce(to_root, ''), CAST($day AS DATE),
                     CASE WHEN stated THEN concat_ws('|', left_earliest, left_latest, joined_earliest, joined_latest) ELSE '' END) AS step
    FROM profile_moves
    WHERE source = $source AND known_from = $day AND observed_on = $day AND trim(url) <> '' AND trim(name) <> ''
), shared AS (
    SELECT page, step FROM shown GROUP BY ALL HAVING count(DISTINCT profile) > 1
), bearers AS (
    SELECT spelling_of(url) AS page, list_sort(list(DISTINCT name)) AS others
    FROM profile_names WHERE source = $source AND name IS NOT NULL AND spelling_of(url) IN (SELECT page FROM shared)
    GROUP BY ALL
)
SELECT DISTINCT page, step, profile, name, others
FROM shown JOIN shared USING (page, step) JOIN bearers USING (page)
ORDER BY page, step, profile;

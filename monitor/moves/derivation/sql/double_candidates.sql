-- One row is a profile, move and day that one of the looks from $since to $day shows of several profiles at one address, with the profile's name. Reads profile_moves and
-- profile_names. Exists because spellings of one name on one page are likely one person. Where the address is that of people of other names too, the
-- caller tells a team's page by `others`. A move that its profiles date is the same if the days are. An address of more than 50 names is no person's:
-- such as the front page of a site, which every profile states.
WITH shown AS (
    SELECT known_from AS day, profile, name, spelling_of(url) AS page, url,
           concat_ws('|', coalesce(from_root, ''), coalesce(to_root, ''), known_from,
                     CASE WHEN stated THEN concat_ws('|', left_earliest, left_latest, joined_earliest, joined_latest) ELSE '' END) AS step
    FROM profile_moves
    WHERE source = $source AND known_from BETWEEN $since AND $day AND observed_on = known_from AND trim(url) <> '' AND trim(name) <> ''
), shared AS (
    SELECT day, page, step FROM shown GROUP BY ALL HAVING count(DISTINCT profile) BETWEEN 2 AND 50
), bearers AS (
    SELECT day, page, list_sort(list(DISTINCT name)) AS others
    FROM (SELECT spelling_of(url) AS page, name, known_from FROM profile_names WHERE source = $source AND name IS NOT NULL)
    JOIN (SELECT DISTINCT day, page FROM shared) USING (page) WHERE known_from <= day
    GROUP BY ALL HAVING count(DISTINCT name) <= 50
)
SELECT DISTINCT page, step, profile, name, others, day
FROM shown JOIN shared USING (day, page, step) JOIN bearers USING (day, page)
ORDER BY page, step, profile;

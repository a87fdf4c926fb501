-- One row is a person who was first seen at $source before $day, with the ids of all their profiles there, the longest known first, $most at once; $keys
-- are certainly those of $persons, and every other profile is a person of its own. Reads sightings. Exists because nobody is kept longer than the source
-- says, whatever their id is by now. Numbers stand for those whose time is over already.
WITH linked AS (
    SELECT unnest(CAST($keys AS VARCHAR[])) AS key, unnest(CAST($persons AS VARCHAR[])) AS person
), first_days AS (
    SELECT profile, coalesce(any_value(person), any_value(source || ':' || profile)) AS person, min(seen_from) AS first_day
    FROM sightings LEFT JOIN linked ON key = source || ':' || profile
    WHERE source = $source AND NOT is_number(profile) GROUP BY profile
)
SELECT list(profile ORDER BY profile) AS profiles FROM first_days
GROUP BY person HAVING min(first_day) < $day ORDER BY min(first_day), person LIMIT $most;

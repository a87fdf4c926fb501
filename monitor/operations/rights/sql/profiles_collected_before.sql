-- One row is a profile of $source that was first seen before $day, the longest known first, $most at once. Reads sightings. Exists because nobody is kept
-- longer than the source says. Numbers stand for those whose time is over already.
SELECT profile FROM sightings WHERE source = $source AND NOT is_number(profile)
GROUP BY profile HAVING min(seen_from) < $day ORDER BY min(seen_from), profile LIMIT $most;

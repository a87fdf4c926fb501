-- One row is two organisations of which one took the place of the other: moves or names between them are held and undecided, or a profile shows a stay at the
-- first under the name of the second. Reads waiting_holds, sides and tenures. Exists because `organizations suggest` offers them as likely duplicates.
WITH held AS (
    SELECT from_root AS one, to_root AS other, any_value(from_name) AS one_name, any_value(to_name) AS other_name,
           max(moved) AS people, max(of_people) AS of_people, min(observed_on) AS since, true AS held
    FROM waiting_holds
    GROUP BY ALL
), renamed AS (
    SELECT before.root AS one, after.root AS other, min(was.name) AS one_name, min(now.name) AS other_name,
           count(DISTINCT before.source || ':' || before.profile) AS people, min(after.known_from) AS since
    FROM tenures AS before
    JOIN tenures AS after ON after.source = before.source AND after.profile = before.profile AND after.tenure = before.tenure
        AND after.known_from = before.known_until AND after.root <> before.root
    JOIN sides AS was ON was.side = before.latest
    JOIN sides AS now ON now.side = after.latest
    WHERE after.known_until IS NULL AND NOT before.pseudo AND NOT after.pseudo
    GROUP BY ALL HAVING people > 1
)
SELECT * FROM held
UNION ALL
SELECT one, other, one_name, other_name, people,
       (SELECT count(DISTINCT source || ':' || profile) FROM tenures
        WHERE root = one AND known_from < since AND (known_until IS NULL OR known_until >= since)) AS of_people, since, false
FROM renamed
ORDER BY people DESC, one, other, held;

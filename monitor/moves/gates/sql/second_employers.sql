-- One row is a pair of organisations of which people of the first (from_root) are shown at the second, too, without a date, since $day. Reads
-- changed_profiles, next_tenures, sides, sightings and tenures. Exists because an organisation that nearly all people of another one get beside it is
-- a change of the source or of the two, and of no person.
WITH present AS (
    SELECT profile, root, entered, coalesce(join_shown_on = $day, false) AND start_earliest IS NULL AS is_new
    FROM next_tenures WHERE begun AND NOT ended AND listed AND NOT pseudo
), hosts AS (
    SELECT root, count(DISTINCT profile) AS of_people FROM (
        SELECT profile, root FROM present WHERE NOT is_new
        UNION
        SELECT profile, root FROM tenures
        WHERE source = $source AND known_until IS NULL AND begun AND NOT ended AND listed AND NOT pseudo
          AND profile IN (SELECT profile FROM sightings WHERE source = $source AND seen_until IS NULL)
          AND profile NOT IN (SELECT profile FROM changed_profiles))
    GROUP BY root
)
SELECT host.root AS from_root, gained.root AS to_root, any_value(origin.name) AS from_name, any_value(target.name) AS to_name,
       count(DISTINCT host.profile) AS people, any_value(hosts.of_people) AS of_people, list(DISTINCT host.profile ORDER BY host.profile) AS profiles
FROM present AS host JOIN present AS gained ON gained.profile = host.profile AND gained.is_new AND NOT host.is_new AND gained.root <> host.root
JOIN hosts ON hosts.root = host.root
JOIN sides AS origin ON origin.side = host.entered JOIN sides AS target ON target.side = gained.entered
GROUP BY ALL HAVING count(DISTINCT host.profile) >= CAST($fewest AS INTEGER)
ORDER BY from_root, to_root;

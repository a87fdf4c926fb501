-- One row is a flow between two organisations at one of the looks that were followed together: at most so many people, today and before, of at
-- least so many. Reads look_moves, look_relabels, profile_moves, sides, sightings and tenures. Exists because a flow that is too small by these numbers
-- is none that may be held, and such are nearly all: `collective_flows` counts the others one look at a time.
WITH moves AS (
    SELECT day, profile, from_root, to_root, from_side, to_side, manner = 'in place' AS in_place
    FROM look_moves WHERE from_root IS NOT NULL AND to_root IS NOT NULL AND manner IS NOT NULL
), ways AS (
    FROM moves
    UNION ALL
    -- Who got the other name goes in place, whatever manner the moves have, and under the names of the organisations themselves.
    SELECT day, profile, from_root, to_root, NULL, NULL, true FROM look_relabels SEMI JOIN moves USING (day, from_root, to_root)
), flows AS (
    SELECT day, from_root, to_root, count(DISTINCT profile) AS people, bool_or(in_place) AS in_place FROM ways GROUP BY ALL
), written AS (
    SELECT day, from_root, to_root, list(DISTINCT coalesce(origin.name, from_root)) AS from_names, list(DISTINCT coalesce(target.name, to_root)) AS to_names
    FROM ways LEFT JOIN sides AS origin ON origin.side = from_side LEFT JOIN sides AS target ON target.side = to_side
    GROUP BY ALL
), earlier AS (
    SELECT flows.day, flows.from_root, flows.to_root, count(DISTINCT profile) AS people,
           count(DISTINCT profile) FILTER (same_position(origin.title, origin.team, target.title, target.team)) AS kept
    FROM flows JOIN profile_moves USING (from_root, to_root)
    LEFT JOIN sides AS origin ON origin.side = from_side LEFT JOIN sides AS target ON target.side = to_side
    WHERE source = $source AND known_from < flows.day AND (known_until IS NULL OR known_until >= flows.day)
    GROUP BY ALL
), origins AS (
    SELECT DISTINCT day, from_root FROM flows
), there AS (
    SELECT origins.day, from_root, count(DISTINCT tenures.profile) AS people
    FROM origins JOIN tenures ON root = from_root
    JOIN sightings ON sightings.source = tenures.source AND sightings.profile = tenures.profile
    WHERE tenures.source = $source AND begun AND NOT ended AND known_from < origins.day AND (known_until IS NULL OR known_until >= origins.day)
      AND seen_from <= origins.day AND (seen_until IS NULL OR seen_until >= origins.day)
    GROUP BY ALL
), existed AS (
    SELECT root AS to_root, min(known_from) AS since FROM tenures
    WHERE source = $source AND root IN (SELECT to_root FROM flows) GROUP BY root
)
SELECT flows.day, flows.from_root, flows.to_root, from_names, to_names, flows.in_place, flows.people, coalesce(earlier.people, 0) AS earlier,
       coalesce(earlier.kept, 0) AS kept_earlier, coalesce(there.people, 0) AS of_people, CASE WHEN since < flows.day THEN since END AS existed_since
FROM flows JOIN written USING (day, from_root, to_root)
LEFT JOIN earlier USING (day, from_root, to_root)
LEFT JOIN there USING (day, from_root)
LEFT JOIN existed USING (to_root)
ORDER BY flows.day, flows.from_root, flows.to_root;

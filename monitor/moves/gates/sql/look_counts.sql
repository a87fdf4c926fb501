-- One row is a look that was followed together with others, with what the gates ask of it: how many profiles changed, people left all that they did,
-- moves were shown without a date, and whether it may show a renamed organisation, an id that changed, a pasted history or a second employer. Reads
-- followed_looks, look_departures, look_moves, look_names, look_relabels, looks, match_keys, profile_names, sightings and tenures. Exists because a look of which
-- nothing of it holds is accepted as it is.
WITH changed AS (
    SELECT day, count(*) FILTER (still) AS changed FROM followed_looks GROUP BY day
), departures AS (
    -- In all directions, as `scattered_departures_count` counts them.
    SELECT day, CAST(sum(people) FILTER (to_root IS NULL OR people < $people OR people < $share * of_all) AS BIGINT) AS rewritten
    FROM (SELECT day, to_root, count(*) AS people, sum(count(*)) OVER (PARTITION BY day, from_root) AS of_all
          FROM look_departures GROUP BY day, from_root, to_root)
    GROUP BY day
), bursts AS (
    SELECT day, count(DISTINCT profile) FILTER (NOT stated AND placeholder IS NULL AND NOT held) AS undated,
           count(DISTINCT coalesce(from_root, to_root)) FILTER (NOT stated AND placeholder IS NULL AND NOT held) AS origins,
           count(DISTINCT profile) FILTER (placeholder = 'filled') AS filled
    FROM look_moves WHERE before_on IS NOT NULL GROUP BY day
), relabels AS (
    SELECT day, max(people) AS relabelled FROM (
        SELECT day, count(DISTINCT profile) AS people FROM look_relabels GROUP BY day, from_root, to_root)
    GROUP BY day
), fresh AS (
    SELECT profile, day, last_on FROM followed_looks WHERE NOT vanished AND NOT still
), absences AS (
    -- Whoever is new at a look may be somebody who is missing from it, gone by it or before.
    SELECT profile, seen_until, seen_again_on FROM (
        SELECT profile, seen_until, lead(seen_from) OVER (PARTITION BY profile ORDER BY seen_from) AS seen_again_on FROM sightings WHERE source = $source)
    WHERE seen_until IS NOT NULL
), same_keys AS (
    SELECT day
    FROM fresh JOIN match_keys AS shown ON shown.source = $source AND shown.profile = fresh.profile AND shown.known_from <= day
    JOIN match_keys AS had ON had.source = $source AND had.digest = shown.digest AND had.known_from < day
    JOIN absences ON absences.profile = had.profile AND seen_until < day AND coalesce(seen_again_on > day, true)
    WHERE shown.kind IN ('history', 'short history') OR shown.kind = 'page' AND (seen_until = last_on OR had.name = shown.name)
), same_stays AS (
    -- Whoever goes on under another id states at least one dated stay as before, and a word of the name.
    SELECT fresh.day
    FROM fresh JOIN tenures AS stated ON stated.source = $source AND stated.profile = fresh.profile AND stated.known_from = fresh.day
    JOIN tenures AS believed ON believed.source = $source AND believed.root = stated.root
     AND believed.start_earliest = stated.start_earliest AND believed.start_latest = stated.start_latest
    JOIN absences ON absences.profile = believed.profile AND seen_until < fresh.day AND coalesce(seen_again_on > fresh.day, true)
    JOIN look_names ON look_names.profile = fresh.profile AND look_names.day = fresh.day
    JOIN profile_names ON profile_names.source = $source AND profile_names.profile = believed.profile AND profile_names.known_from < fresh.day
    WHERE list_has_any(name_signs(profile_names.name), name_signs(look_names.name))
), shown AS (
    SELECT profile, known_from AS day, root, start_earliest, start_latest, end_earliest, end_latest, ended
    FROM tenures JOIN looks ON looks.day = known_from
    WHERE source = $source AND join_shown_on = known_from AND begun AND listed AND NOT pseudo
), pasted AS (
    SELECT first.day
    FROM shown AS first JOIN shown AS second
      ON second.profile = first.profile AND second.day = first.day AND second.root <> first.root AND second.start_earliest >= first.end_earliest
    GROUP BY first.day, first.root, first.start_earliest, first.end_earliest, second.root, second.start_earliest, second.end_earliest
    HAVING count(*) >= CAST($fewest_pasted AS INTEGER)
), corrected AS (
    SELECT shown.day
    FROM shown JOIN tenures AS gone ON gone.source = $source AND gone.profile = shown.profile AND gone.known_from = shown.day AND gone.root <> shown.root
    WHERE shown.ended AND gone.corrected_by IS NOT NULL
    GROUP BY shown.day, gone.root, shown.root, shown.start_earliest, shown.end_earliest
    HAVING count(*) >= CAST($fewest_pasted AS INTEGER)
), gained AS (
    SELECT shown.day, host.root AS from_root, shown.root AS to_root
    FROM shown JOIN tenures AS host ON host.source = $source AND host.profile = shown.profile AND host.root <> shown.root
     AND host.known_from <= shown.day AND (host.known_until IS NULL OR host.known_until > shown.day)
    WHERE NOT shown.ended AND shown.start_earliest IS NULL AND host.begun AND NOT host.ended AND host.listed AND NOT host.pseudo
    GROUP BY ALL HAVING count(DISTINCT shown.profile) >= CAST($fewest AS INTEGER)
), telling AS (
    SELECT day FROM same_keys UNION SELECT day FROM same_stays UNION SELECT day FROM pasted UNION SELECT day FROM corrected UNION SELECT day FROM gained
)
SELECT looks.day, coalesce(changed, 0) AS changed, coalesce(rewritten, 0) AS rewritten, coalesce(undated, 0) AS undated, coalesce(origins, 0) AS origins,
       coalesce(filled, 0) AS filled, coalesce(relabelled, 0) AS relabelled, looks.day IN (SELECT day FROM telling) AS tells
FROM looks LEFT JOIN changed USING (day) LEFT JOIN departures USING (day) LEFT JOIN bursts USING (day) LEFT JOIN relabels USING (day)
ORDER BY looks.day;

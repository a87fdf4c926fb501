-- One row is a flow of $day between two organisations in one manner, with all that tells a change of organisations from people who leave. Reads
-- changed_profiles, earlier_flow_steps, flow_steps, holds, names, new_move_versions, next_tenures, rekeyed_profiles, relabelled_tenures, shared_end_days,
-- sides, sightings and tenures. Exists because Python decides by it which flows are held. A flow whose manner is 'dated' has ended_on, the day that all ends
-- may be.
WITH flows AS (
    SELECT from_root, to_root, manner, count(DISTINCT profile) AS moved, count(DISTINCT profile) FILTER (kept) AS kept,
           count(DISTINCT profile) FILTER (title_kept IS NOT NULL) AS titled, list(DISTINCT title_kept) FILTER (title_kept IS NOT NULL) AS titles,
           min(from_side) AS from_side, min(to_side) AS to_side,
           list_slice(coalesce(list_sort(list(DISTINCT profile) FILTER (NOT is_number(profile))), []), 1, 3) AS examples
    FROM flow_steps GROUP BY ALL
), earlier AS (
    -- Those who went the same way in the year before, or by the same day, and are still believed to have.
    SELECT from_root, to_root, manner, count(DISTINCT profile) AS people, count(DISTINCT profile) FILTER (earlier_flow_steps.kept) AS kept,
           count(DISTINCT profile) FILTER (title_kept IS NOT NULL) AS titled, list(DISTINCT title_kept) FILTER (title_kept IS NOT NULL) AS titles
    FROM earlier_flow_steps JOIN flows USING (from_root, to_root) LEFT JOIN shared_end_days USING (from_root, to_root)
    WHERE CASE WHEN manner = 'dated' THEN ended_on BETWEEN left_earliest AND left_latest AND (before_on IS NOT NULL OR earlier_flow_steps.kept)
               ELSE before_on IS NOT NULL AND NOT stated AND observed_on >= CAST($day AS DATE) - 365 END
    GROUP BY ALL
), people_before AS (
    -- Whoever is absent from the newest snapshot is not looked at: nobody can say that they stayed.
    -- Whoever has another id since $day was there under the former one.
    SELECT root, coalesce(latter, tenures.profile) AS profile FROM tenures LEFT JOIN rekeyed_profiles ON former = tenures.profile
    WHERE source = $source AND begun AND NOT ended AND root IN (SELECT from_root FROM flows UNION SELECT to_root FROM flows)
      AND known_from < $day AND (known_until IS NULL OR known_until >= $day)
      AND coalesce(latter, tenures.profile) IN (SELECT profile FROM sightings WHERE source = $source AND seen_until IS NULL)
), new_people AS (
    -- Profiles that this snapshot shows at a place for the first time.
    SELECT root, profile FROM next_tenures
    WHERE begun AND NOT ended AND listed AND root IN (SELECT from_root FROM flows UNION SELECT to_root FROM flows)
    EXCEPT SELECT root, profile FROM people_before
), stocks AS (
    SELECT from_root, to_root, manner, count(DISTINCT profile) AS people FROM (
        SELECT from_root, to_root, manner, profile FROM flows JOIN people_before ON root = from_root
        -- New profiles count among those who went and among those who stayed.
        UNION ALL SELECT from_root, to_root, manner, new_people.profile FROM flows JOIN new_people ON root = from_root
        JOIN changed_profiles ON changed_profiles.profile = new_people.profile AND changed_profiles.before_on IS NULL
        UNION ALL SELECT from_root, to_root, manner, flow_steps.profile FROM flow_steps
        JOIN changed_profiles ON changed_profiles.profile = flow_steps.profile AND changed_profiles.before_on IS NULL)
    GROUP BY ALL
), leavers AS (
    SELECT from_root, to_root, profile FROM flow_steps
    UNION SELECT from_root, to_root, profile FROM new_move_versions
    WHERE known_move IS NULL AND before_on IS NOT NULL AND from_root IN (SELECT from_root FROM flows)
), elsewhere AS (
    SELECT flows.from_root, flows.to_root, manner, count(DISTINCT profile) AS people
    FROM flows JOIN leavers ON leavers.from_root = flows.from_root AND leavers.to_root IS DISTINCT FROM flows.to_root
    GROUP BY ALL
), destinations AS (
    SELECT to_root, (SELECT count(DISTINCT profile) FROM people_before WHERE root = to_root) AS people,
           (SELECT count(DISTINCT profile) FROM new_people WHERE root = to_root) AS arrived
    FROM (SELECT DISTINCT to_root FROM flows)
), renamed AS (
    SELECT old_root AS from_root, new_root AS to_root, count(DISTINCT profile) AS people FROM relabelled_tenures GROUP BY ALL
), origins AS (
    SELECT root, min(known_from) AS since FROM tenures
    WHERE source = $source AND root IN (SELECT to_root FROM flows) AND known_from < $day
    GROUP BY root
), namesakes AS (
    SELECT first_word(organization) AS word, count(DISTINCT root) AS organizations FROM names GROUP BY word
)
SELECT from_root, to_root, coalesce(origin.name, from_root) AS from_name, coalesce(target.name, to_root) AS to_name,
       CASE WHEN flows.manner = 'dated' THEN shared_end_days.ended_on END AS ended_on,
       flows.manner = 'dated' AND shared_end_days.to_the_day AS to_the_day, coalesce(renamed.people, 0) AS relabelled,
       flows.moved, flows.kept, flows.titled, coalesce(len(flows.titles), 0) AS titles,
       len(list_distinct(list_concat(coalesce(flows.titles, []), coalesce(earlier.titles, [])))) AS titles_with_earlier, coalesce(earlier.people, 0) AS earlier, coalesce(earlier.kept, 0) AS kept_earlier, coalesce(earlier.titled, 0) AS titled_earlier,
       coalesce(elsewhere.people, 0) AS elsewhere, coalesce(stocks.people, 0) AS of_people, destinations.people AS there_before, destinations.arrived,
       coalesce(namesakes.organizations, 0) AS namesakes,
       origins.since AS existed_since, examples,
       EXISTS (FROM holds WHERE kind NOT IN ('second', 'pasted') AND (kind <> 'renamed' OR holds.observed_on < $day) AND holds.source = $source AND holds.from_root = flows.from_root AND holds.to_root = flows.to_root
               AND holds.ended_on IS NOT DISTINCT FROM CASE WHEN flows.manner = 'dated' THEN shared_end_days.ended_on END) AS held_before
FROM flows
LEFT JOIN shared_end_days USING (from_root, to_root)
LEFT JOIN earlier USING (from_root, to_root, manner)
LEFT JOIN renamed USING (from_root, to_root)
LEFT JOIN stocks USING (from_root, to_root, manner)
LEFT JOIN elsewhere USING (from_root, to_root, manner)
LEFT JOIN destinations USING (to_root)
LEFT JOIN origins ON origins.root = flows.to_root
LEFT JOIN sides AS origin ON origin.side = flows.from_side
LEFT JOIN sides AS target ON target.side = flows.to_side
LEFT JOIN namesakes ON namesakes.word = first_word(coalesce(origin.name, from_root))
ORDER BY flows.moved DESC, from_root, to_root, ended_on;

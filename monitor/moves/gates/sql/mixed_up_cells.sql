-- One row is a field with how many people have another value in it than at the last look and nothing else new, and how many of these values only changed
-- places; `row` is of whole positions, `name` of ids with the name of another person, `end` of ends that lie more than a year before what the last look
-- showed. Reads changed_profiles, $before, $after, $before_positions and $after_positions. Exists because a list of which one column was
-- sorted, or whose ids or years are wrong, looks like people who move.
WITH known AS (
    SELECT profile FROM changed_profiles WHERE still
), was AS (
    SELECT profile, ordinal, coalesce(lower(organization), '') AS organization, coalesce(team, '') AS team, coalesce(title, '') AS title,
           coalesce("start", '') AS begins, coalesce("end", '') AS ends, current
    FROM read_parquet($before_positions) WHERE profile IN (SELECT profile FROM known)
), now AS (
    SELECT profile, ordinal, coalesce(lower(organization), '') AS organization, coalesce(team, '') AS team, coalesce(title, '') AS title,
           coalesce("start", '') AS begins, coalesce("end", '') AS ends
    FROM read_parquet($after_positions) WHERE profile IN (SELECT profile FROM known)
), same_rows AS (
    -- Whose rows stand in another order has nothing new.
    SELECT profile FROM (SELECT profile, list_sort(list((organization, team, title, begins, ends))) AS listed FROM was GROUP BY profile)
    JOIN (SELECT profile, list_sort(list((organization, team, title, begins, ends))) AS listed FROM now GROUP BY profile) USING (profile, listed)
), pairs AS (
    SELECT was, now FROM was JOIN now USING (profile, ordinal) WHERE was.profile NOT IN (SELECT profile FROM same_rows)
), cells AS (
    SELECT was.profile, 'organization' AS field, was.organization AS before, now.organization AS after FROM pairs
    WHERE (was.team, was.title, was.begins, was.ends) = (now.team, now.title, now.begins, now.ends)
    UNION ALL
    SELECT was.profile, 'team', was.team, now.team FROM pairs
    WHERE (was.organization, was.title, was.begins, was.ends) = (now.organization, now.title, now.begins, now.ends)
    UNION ALL
    SELECT was.profile, 'title', was.title, now.title FROM pairs
    WHERE (was.organization, was.team, was.begins, was.ends) = (now.organization, now.team, now.begins, now.ends)
    UNION ALL
    SELECT was.profile, 'start', was.begins, now.begins FROM pairs
    WHERE (was.organization, was.team, was.title, was.ends) = (now.organization, now.team, now.title, now.ends)
), whole_rows AS (
    -- Careers of others are longer or shorter, so that whole rows have no counterpart in their place.
    SELECT 'after' AS side, * FROM (SELECT * EXCLUDE (ordinal) FROM now EXCEPT ALL SELECT * EXCLUDE (ordinal, current) FROM was)
    UNION ALL
    SELECT 'before', * FROM (SELECT * EXCLUDE (ordinal, current) FROM was EXCEPT ALL SELECT * EXCLUDE (ordinal) FROM now)
), changed AS (
    SELECT 'before' AS side, profile, field, before AS cell FROM cells WHERE before <> after
    UNION ALL
    SELECT 'after', profile, field, after FROM cells WHERE before <> after
    UNION ALL
    SELECT side, profile, 'row', concat_ws(chr(31), organization, team, title, begins, ends) FROM whole_rows
), places AS (
    SELECT field, least(count(*) FILTER (side = 'before'), count(*) FILTER (side = 'after')) AS stayed
    FROM changed GROUP BY field, cell
), counts AS (
    SELECT field, count(DISTINCT profile) AS people, count(*) AS cells FROM changed WHERE side = 'after' GROUP BY field
), names AS (
    SELECT was.id FROM read_parquet($before) AS was JOIN read_parquet($after) AS now USING (id)
    WHERE id IN (SELECT profile FROM known) AND names_another_person(id, was.name, now.name)
), backdated AS (
    SELECT DISTINCT was.profile FROM was JOIN now USING (profile, organization, begins)
    -- A position that was over without a day gets one; that of a planned end may come sooner.
    WHERE coalesce(was.current, true) AND states_an_end(now.ends)
      AND latest_day(now.ends) + 365 < least(coalesce(earliest_day(was.ends), CAST($before_on AS DATE)), CAST($before_on AS DATE))
)
SELECT field, people, CAST(round(people * sum(stayed) / cells) AS BIGINT) AS changed_places
FROM counts JOIN places USING (field) GROUP BY field, people, cells
UNION ALL SELECT 'name', count(*), 0 FROM names
UNION ALL SELECT 'end', count(*), 0 FROM backdated
ORDER BY field;

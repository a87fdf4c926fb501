-- episode_people.sql, one row per episode of a portion and person that counts in it, may count, went back or is left out, in order of person.
WITH roles AS (
    SELECT episodes.rule, episodes.grouping, episodes.known_on, episodes.opens, known.person, known.stays, known.entry,
           known.certain_from, known.certain_until, known.possible_from, known.possible_until,
           CASE WHEN NOT known.counted THEN 'left out' WHEN role = 'back' THEN 'back'
                WHEN known.opens < episodes.closes AND known.closes > episodes.opens THEN 'counted'
                ELSE 'possible' END AS role
    FROM portions JOIN episodes USING (rule, grouping) JOIN known USING (rule, grouping, known_on)
    WHERE portion = $portion AND known.possible_from < episodes.closes AND known.possible_until > episodes.opens
), shown AS (
    SELECT stays, entry, observed_on, source, profile, own_move AS move FROM told_versions WHERE portion = $portion
), best AS (
    -- One line a person: a move that counts before one that may, the earlier before the later. The number of a
    -- version depends on the order in which sources were read, so it decides nothing.
    SELECT roles.*, row_number() OVER (
               PARTITION BY rule, grouping, known_on, opens, roles.person
               ORDER BY role = 'counted' DESC, role = 'possible' DESC, role = 'back' DESC, possible_from, stays,
                        shown.observed_on, shown.source, shown.profile, shown.move) AS place
    FROM roles JOIN shown USING (stays, entry)
)
SELECT best.rule, best.grouping, best.known_on, best.opens, best.role, best.person, best.stays, best.entry,
       best.certain_from, nullif(best.certain_until, DATE '9999-12-31') AS certain_until,
       best.possible_from, nullif(best.possible_until, DATE '9999-12-31') AS possible_until
FROM best WHERE place = 1
ORDER BY best.rule, best.grouping, best.known_on, best.opens, best.person;

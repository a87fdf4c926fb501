-- One row is an episode and a person who counts in it, may count, went back or is left out, in order of person. Reads episode_members, episode_versions
-- and episodes. Exists because alerts list these people.
WITH roles AS (
    SELECT episodes.rule, episodes.grouping, episodes.known_on, episodes.opens, episode_members.person, episode_members.is_presence, episode_members.entry,
           episode_members.certain_from, episode_members.certain_until, episode_members.possible_from, episode_members.possible_until, episode_members.change,
           CASE WHEN NOT episode_members.counted THEN 'left out' WHEN role = 'back' THEN 'back'
                WHEN episode_members.opens < episodes.closes AND episode_members.closes > episodes.opens THEN 'counted'
                ELSE 'possible' END AS role
    FROM episodes JOIN episode_members USING (rule, grouping, known_on)
    WHERE episode_members.possible_from < episodes.closes AND episode_members.possible_until > episodes.opens
), best AS (
    -- One line a person: a move that counts before one that may, the earlier before the later. The number of a
    -- version depends on the order in which sources were read, so it decides nothing.
    SELECT roles.*, row_number() OVER (
               PARTITION BY rule, grouping, known_on, opens, roles.person
               ORDER BY role = 'counted' DESC, role = 'possible' DESC, role = 'back' DESC, possible_from, is_presence,
                        observed_on, source, profile, own_move) AS place
    FROM roles JOIN episode_versions USING (is_presence, entry)
)
SELECT best.rule, best.grouping, best.known_on, best.opens, best.role, best.person, best.is_presence, best.entry,
       best.certain_from, nullif(best.certain_until, DATE '9999-12-31') AS certain_until,
       best.possible_from, nullif(best.possible_until, DATE '9999-12-31') AS possible_until, best.change
FROM best WHERE place = 1
ORDER BY best.rule, best.grouping, best.known_on, best.opens, best.person;

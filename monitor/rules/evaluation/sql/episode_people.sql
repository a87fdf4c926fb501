-- One row is a way in which a person counts, may count, went back or is left out, with the numbers of the episodes of which that is so, in order of
-- person; they are numbered from 0 in the order of `episode_possible_counts`. Reads episode_members, episode_versions and episodes. Exists because alerts
-- list these people. Most of them are in an episode as known on many days.
WITH numbered AS (
    SELECT rule, grouping, known_on, opens, closes, row_number() OVER (ORDER BY rule, grouping, known_on, opens) - 1 AS episode FROM episodes
), roles AS (
    SELECT episode, episode_members.person, episode_members.is_presence, episode_members.entry,
           episode_members.certain_from, episode_members.certain_until, episode_members.possible_from, episode_members.possible_until, episode_members.change,
           CASE WHEN NOT episode_members.counted THEN 'left out' WHEN role = 'back' THEN 'back'
                WHEN episode_members.opens < numbered.closes AND episode_members.closes > numbered.opens THEN 'counted'
                ELSE 'possible' END AS role
    FROM numbered JOIN episode_members USING (rule, grouping, known_on)
    WHERE episode_members.possible_from < numbered.closes AND episode_members.possible_until > numbered.opens
), best AS (
    -- One line a person: a move that counts before one that may, the earlier before the later. The number of a
    -- version depends on the order in which sources were read, so it decides nothing.
    SELECT roles.*, row_number() OVER (
               PARTITION BY episode, roles.person
               ORDER BY role = 'counted' DESC, role = 'possible' DESC, role = 'back' DESC, possible_from, is_presence,
                        observed_on, source, profile, own_move) AS place
    FROM roles JOIN episode_versions USING (is_presence, entry)
)
SELECT person, role, is_presence, entry, certain_from, nullif(certain_until, DATE '9999-12-31') AS certain_until,
       possible_from, nullif(possible_until, DATE '9999-12-31') AS possible_until, change, list(episode) AS episodes
FROM best WHERE place = 1 GROUP BY ALL ORDER BY person;

-- One row is a pair of organisations with the distinct people who moved from the first to the second within a window, the strongest first, after the pair
-- $after_from and $after_to, which has $after_people. Reads board_flows. Exists because a page lists the strongest flows, however many there are.
SELECT from_root, to_root, people, first_joined, last_joined
FROM board_flows
WHERE window_days = $days AND people >= coalesce($least, 1) AND people <= coalesce($after_people, people)
  AND ($after_people IS NULL
       OR (-people, from_root IS NULL, coalesce(from_root, ''), to_root IS NULL, coalesce(to_root, ''))
        > (-$after_people, $after_from IS NULL, coalesce($after_from, ''), $after_to IS NULL, coalesce($after_to, '')))
ORDER BY people DESC, from_root IS NULL, from_root, to_root IS NULL, to_root
LIMIT coalesce($most, -1);

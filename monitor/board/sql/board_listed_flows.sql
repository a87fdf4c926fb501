-- One row is a pair of organisations with the distinct people who moved from the first to the second, as `listed_flows` has it. Reads board_moves.
-- Exists because `flows` lists it while a run works.
-- It stands beside `listed_flows` because SQLite writes days, lists and JSON otherwise than DuckDB; a test compares what commands say from both.
WITH flows AS (
    SELECT from_root, to_root, count(DISTINCT person) AS people,
           min(joined_earliest) AS first_joined, max(joined_latest) AS last_joined
    FROM board_moves
    WHERE known_from <= coalesce($known_on, '9999-12-31')
      AND (known_until IS NULL OR known_until > coalesce($known_on, '9999-12-31'))
      AND status = 'counted'
      AND ($origins IS NULL OR from_unit IN (SELECT value FROM json_each($origins)) OR from_root IN (SELECT value FROM json_each($origins)))
      AND ($destinations IS NULL OR to_unit IN (SELECT value FROM json_each($destinations)) OR to_root IN (SELECT value FROM json_each($destinations)))
      AND ($since IS NULL OR joined_latest >= $since) AND ($until IS NULL OR joined_earliest <= $until)
      AND ($person IS NULL OR profile = $person OR person = $person OR folded_name = lower($person))
    GROUP BY from_root, to_root
)
SELECT from_root, to_root, people, first_joined, last_joined
FROM flows
ORDER BY from_root IS NULL, max(people) OVER (PARTITION BY from_root) DESC, from_root, people DESC, to_root IS NULL, to_root
LIMIT coalesce($most, -1);

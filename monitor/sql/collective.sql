-- collective.sql, one row per flow of $day that so large a part of an organisation's people took in one manner that the organisations may have changed instead.
WITH flows AS (
    SELECT from_root, to_root, manner, count(DISTINCT profile) AS moved
    FROM new_versions
    WHERE known_move IS NULL AND manner IS NOT NULL AND from_root IS NOT NULL AND to_root IS NOT NULL
    GROUP BY ALL HAVING count(DISTINCT profile) >= CAST($people AS INTEGER)
), before AS (
    SELECT root, count(DISTINCT profile) AS people
    FROM tenures
    WHERE source = $source AND begun AND NOT ended AND root IN (SELECT from_root FROM flows)
      AND known_from < $day AND (known_until IS NULL OR known_until >= $day)
    GROUP BY root
)
SELECT from_root, to_root, sum(moved) AS moved, any_value(before.people) AS of_people,
       EXISTS (SELECT 1 FROM tenures WHERE source = $source AND tenures.root = to_root AND known_from < $day) AS existed
FROM flows JOIN before ON before.root = flows.from_root
WHERE moved >= CAST($share AS DOUBLE) * before.people
GROUP BY from_root, to_root
ORDER BY moved DESC, from_root, to_root;

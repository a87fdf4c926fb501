-- One row is two organisations between which people went both ways, held moves included, with the people each way. Reads moves. Exists because
-- there-and-back is a sign of two names of one organisation.
WITH one_way_flows AS (
    SELECT from_root, to_root, count(DISTINCT person) AS people
    FROM moves
    WHERE known_until IS NULL AND status IN ('counted', 'held') AND from_root IS NOT NULL AND to_root IS NOT NULL
    GROUP BY ALL
)
SELECT there.from_root AS one, there.to_root AS other, there.people AS there, back.people AS back
FROM one_way_flows AS there JOIN one_way_flows AS back ON back.from_root = there.to_root AND back.to_root = there.from_root
WHERE there.from_root < there.to_root
ORDER BY least(there.people, back.people) DESC, one, other
LIMIT $most;

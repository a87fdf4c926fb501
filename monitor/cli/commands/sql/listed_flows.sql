-- One row is a pair of organisations with the distinct people who moved from the first to the second, largest first. Reads moves and sides. Exists
-- because `flows` lists it.
SELECT from_root, to_root, count(DISTINCT person) AS people,
       min(joined_earliest) AS first_joined, max(joined_latest) AS last_joined
FROM moves
LEFT JOIN sides AS origin ON origin.side = moves.from_side
LEFT JOIN sides AS target ON target.side = moves.to_side
WHERE known_from <= coalesce(CAST($known_on AS DATE), DATE '9999-12-31')
  AND (known_until IS NULL OR known_until > coalesce(CAST($known_on AS DATE), DATE '9999-12-31'))
  AND status = 'counted'
  AND ($origins IS NULL OR list_contains(CAST($origins AS VARCHAR[]), origin.unit) OR list_contains(CAST($origins AS VARCHAR[]), from_root))
  AND ($destinations IS NULL OR list_contains(CAST($destinations AS VARCHAR[]), target.unit) OR list_contains(CAST($destinations AS VARCHAR[]), to_root))
  AND ($since IS NULL OR joined_latest >= CAST($since AS DATE)) AND ($until IS NULL OR joined_earliest <= CAST($until AS DATE))
  AND ($person IS NULL OR profile = $person OR person = $person OR lower(moves.name) = lower($person))
GROUP BY from_root, to_root
ORDER BY from_root IS NULL, max(count(DISTINCT person)) OVER (PARTITION BY from_root) DESC, from_root, people DESC, to_root NULLS LAST;

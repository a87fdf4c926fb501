-- evaluation_basis.sql, one row per judged snapshot, and per judgement on a move: what the moves known from its day on rest on.
SELECT source, observed_on, substr(md5(fingerprint || verdict), 1, 8) FROM judged
UNION ALL
SELECT concat('move ', move, ' ', coalesce(CAST(known_until AS VARCHAR), '')), known_from, substr(md5(verdict || reason), 1, 8) FROM move_reviews
ORDER BY ALL;

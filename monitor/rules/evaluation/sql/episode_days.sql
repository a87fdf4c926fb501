-- One row is an episode with its days. Reads episodes. Exists because how often a rule would have fired needs no people.
SELECT rule, grouping, known_on, opens, nullif(closes, DATE '9999-12-31') AS closes FROM episodes ORDER BY ALL;

-- One row is the id (with or without its source) or the name that is nearest to $person, and how near it is (1 if it is equal); of those that are not
-- equal, only those that begin with the same letter. Reads board_people. Exists because `--person` suggests it for a misspelling.
-- It stands beside `nearest_person` because SQLite writes days, lists and JSON otherwise than DuckDB.
WITH equal AS (
    SELECT $person AS written, 1 AS nearness FROM board_people
    WHERE folded_profile = lower($person) OR folded_key = lower($person) OR folded_name = lower($person)
    LIMIT 1
), alike AS (
    SELECT profile AS written FROM board_people WHERE folded_profile >= substr(lower($person), 1, 1) AND folded_profile < substr(lower($person), 1, 1) || char(1114111)
    UNION
    SELECT name AS written FROM board_people WHERE folded_name >= substr(lower($person), 1, 1) AND folded_name < substr(lower($person), 1, 1) || char(1114111)
), near AS (
    SELECT written, nearness(lower(written), lower($person)) AS nearness FROM alike
    WHERE abs(length(written) - length($person)) <= 3 AND NOT EXISTS (SELECT 1 FROM equal) LIMIT 20000
)
SELECT written, nearness FROM equal UNION ALL SELECT written, nearness FROM near ORDER BY nearness DESC, written LIMIT 1;

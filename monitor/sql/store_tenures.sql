-- store_tenures.sql, replaces what is believed of the profiles whose tenures changed on $day.
CREATE OR REPLACE TEMP TABLE revised AS
SELECT DISTINCT profile FROM (
    (SELECT * EXCLUDE (source) FROM next_tenures
     EXCEPT SELECT * EXCLUDE (source, known_from, known_until) FROM prior)
    UNION ALL
    (SELECT * EXCLUDE (source, known_from, known_until) FROM prior
     EXCEPT SELECT * EXCLUDE (source) FROM next_tenures));
UPDATE tenures SET known_until = $day
WHERE rowid IN (SELECT number FROM prior_rows) AND profile IN (SELECT profile FROM revised);
INSERT INTO tenures
SELECT *, CAST($day AS DATE), NULL FROM next_tenures WHERE profile IN (SELECT profile FROM revised)
ORDER BY profile, tenure;

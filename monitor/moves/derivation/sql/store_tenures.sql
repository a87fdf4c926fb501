-- Ends what was believed of the profiles whose tenures changed on $day and adds what is; `revised_profiles` has those profiles. Reads next_tenures,
-- previous_tenure_rows and previous_tenures. Exists because profiles that tell the same as before keep their rows.
CREATE OR REPLACE TEMP TABLE revised_profiles AS
WITH now AS (SELECT * EXCLUDE (source) FROM next_tenures), was AS (SELECT * EXCLUDE (source, known_from, known_until) FROM previous_tenures)
SELECT DISTINCT profile
FROM (SELECT profile, tenure, now FROM now) FULL JOIN (SELECT profile, tenure, was FROM was) USING (profile, tenure)
WHERE now IS DISTINCT FROM was;
UPDATE tenures SET known_until = $day
WHERE rowid IN (SELECT number FROM previous_tenure_rows) AND profile IN (SELECT profile FROM revised_profiles);
INSERT INTO tenures
SELECT *, CAST($day AS DATE), NULL FROM next_tenures WHERE profile IN (SELECT profile FROM revised_profiles)
ORDER BY profile, tenure;

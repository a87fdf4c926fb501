-- Ends what was believed of the profiles whose tenures changed and adds what is; `revised_profiles` has those profiles. Reads changed_profiles,
-- next_tenures, previous_tenure_rows and previous_tenures. Exists because profiles that tell the same as before keep their rows.
CREATE OR REPLACE TEMP TABLE revised_profiles AS
WITH now AS (SELECT * EXCLUDE (source) FROM next_tenures), was AS (SELECT * EXCLUDE (source, known_from, known_until) FROM previous_tenures)
SELECT DISTINCT profile, day
FROM (SELECT profile, tenure, now FROM now) FULL JOIN (SELECT profile, tenure, was FROM was) USING (profile, tenure) JOIN changed_profiles USING (profile)
WHERE now IS DISTINCT FROM was;
UPDATE tenures SET known_until = revised_profiles.day FROM revised_profiles
WHERE tenures.rowid IN (SELECT number FROM previous_tenure_rows) AND tenures.profile = revised_profiles.profile;
INSERT INTO tenures
SELECT next_tenures.*, revised_profiles.day, NULL FROM next_tenures JOIN revised_profiles ON revised_profiles.profile = next_tenures.profile
ORDER BY next_tenures.profile, tenure;

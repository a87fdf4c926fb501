-- One row is a profile that shows so many organisations at once that several people must share its id, or whose id is a name that several people of
-- the snapshot have ($shared, who are set aside); added from the day of its look on, or ended on it. Reads changed_profiles, crowded_profiles and next_tenures.
-- Exists because nobody's move is told by such an id.
CREATE OR REPLACE TEMP TABLE crowded_now AS
SELECT unnest(CAST($shared AS VARCHAR[])) AS profile, 0 AS organizations
UNION ALL
SELECT profile, count(DISTINCT root) AS organizations
FROM next_tenures
WHERE begun AND NOT ended AND listed AND NOT pseudo
GROUP BY profile
-- Dates show how one person's jobs lie beside each other, so where there are some it takes more.
HAVING count(DISTINCT root) FILTER (start_earliest IS NULL) >= CAST($undated AS INTEGER)
    OR count(DISTINCT root) >= CAST($dated AS INTEGER);
UPDATE crowded_profiles SET known_until = changed_profiles.day FROM changed_profiles
WHERE source = $source AND known_until IS NULL AND changed_profiles.profile = crowded_profiles.profile
  AND crowded_profiles.profile NOT IN (SELECT profile FROM crowded_now);
INSERT INTO crowded_profiles
SELECT $source, profile, organizations, coalesce(day, CAST($day AS DATE)), NULL FROM crowded_now LEFT JOIN changed_profiles USING (profile)
WHERE profile NOT IN (SELECT profile FROM crowded_profiles WHERE source = $source AND known_until IS NULL)
ORDER BY profile;

-- Ends what was believed of a profile under its former id and adds it under the latter one, from $day on. Reads profile_moves, rekeyed_profiles and
-- tenures. Exists because a source that writes its ids otherwise has not lost its people.
CREATE OR REPLACE TEMP TABLE carried_tenures AS
SELECT rowid AS number FROM tenures
WHERE source = $source AND known_until IS NULL AND profile IN (SELECT former FROM rekeyed_profiles);
INSERT INTO tenures
SELECT tenures.* REPLACE (latter AS profile, CAST($day AS DATE) AS known_from)
FROM tenures JOIN rekeyed_profiles ON former = profile WHERE tenures.rowid IN (SELECT number FROM carried_tenures);
UPDATE tenures SET known_until = $day WHERE rowid IN (SELECT number FROM carried_tenures);
CREATE OR REPLACE TEMP TABLE carried_moves AS
SELECT rowid AS number FROM profile_moves
WHERE source = $source AND known_until IS NULL AND profile IN (SELECT former FROM rekeyed_profiles);
INSERT INTO profile_moves
SELECT profile_moves.* REPLACE (latter AS profile, CAST($day AS DATE) AS known_from)
FROM profile_moves JOIN rekeyed_profiles ON former = profile WHERE profile_moves.rowid IN (SELECT number FROM carried_moves);
UPDATE profile_moves SET known_until = $day WHERE rowid IN (SELECT number FROM carried_moves);
UPDATE changed_profiles SET before_on = rekeyed_profiles.last_on FROM rekeyed_profiles WHERE changed_profiles.profile = latter;
INSERT INTO match_keys
SELECT $source, latter, 'rekeyed', $source || ':' || former, hash('rekeyed', $source || ':' || former), NULL, CAST($day AS DATE), NULL
FROM rekeyed_profiles ORDER BY latter;

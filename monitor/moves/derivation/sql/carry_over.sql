-- carry_over.sql, what was believed of a profile under its former id is believed under the latter one from $day on.
CREATE OR REPLACE TEMP TABLE carried AS
SELECT rowid AS number FROM tenures
WHERE source = $source AND known_until IS NULL AND profile IN (SELECT former FROM rekeyed);
INSERT INTO tenures
SELECT tenures.* REPLACE (latter AS profile, CAST($day AS DATE) AS known_from)
FROM tenures JOIN rekeyed ON former = profile WHERE tenures.rowid IN (SELECT number FROM carried);
UPDATE tenures SET known_until = $day WHERE rowid IN (SELECT number FROM carried);
CREATE OR REPLACE TEMP TABLE carried AS
SELECT rowid AS number FROM profile_moves
WHERE source = $source AND known_until IS NULL AND profile IN (SELECT former FROM rekeyed);
INSERT INTO profile_moves
SELECT profile_moves.* REPLACE (latter AS profile, CAST($day AS DATE) AS known_from)
FROM profile_moves JOIN rekeyed ON former = profile WHERE profile_moves.rowid IN (SELECT number FROM carried);
UPDATE profile_moves SET known_until = $day WHERE rowid IN (SELECT number FROM carried);
UPDATE affected SET before_on = $before_on FROM rekeyed WHERE affected.profile = latter;
INSERT INTO marks
SELECT $source, latter, 'rekeyed', $source || ':' || former, hash('rekeyed', $source || ':' || former), NULL, CAST($day AS DATE), NULL
FROM rekeyed ORDER BY latter;

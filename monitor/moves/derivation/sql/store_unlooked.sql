-- Ends the runs of profiles at which somebody looked on $day, and begins the runs of those that the snapshot has as last seen. Reads unlooked.
-- Exists because who is in a snapshot was not always looked at, and an alert says how many were.
UPDATE unlooked SET unlooked_until = CAST($before_on AS DATE)
WHERE source = $source AND unlooked_until IS NULL AND NOT list_contains(CAST($unseen AS VARCHAR[]), profile);
INSERT INTO unlooked
SELECT $source, carried.profile, CAST($day AS DATE), NULL
FROM (SELECT unnest(CAST($unseen AS VARCHAR[])) AS profile) AS carried
WHERE NOT EXISTS (SELECT 1 FROM unlooked AS open WHERE open.source = $source AND open.profile = carried.profile AND open.unlooked_until IS NULL)
ORDER BY carried.profile;

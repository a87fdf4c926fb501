-- One row is a profile that the snapshot lacks, with the day on which it was last seen, and whether it vanished in this comparison; of those that were gone
-- before, one of which something is believed. Reads changed_profiles, compared_profiles, previous_tenures, sightings and tenures. Exists because whoever is
-- gone for some looks may come back under another id; where nobody is new, nobody does.
CREATE OR REPLACE TEMP TABLE missing_profiles AS
SELECT profile, CAST($before_on AS DATE) AS last_on, true AS vanished FROM compared_profiles WHERE vanished
UNION ALL
SELECT profile, max(seen_until), false FROM sightings
WHERE source = $source AND profile NOT IN (SELECT profile FROM compared_profiles)
  AND EXISTS (FROM changed_profiles WHERE profile NOT IN (SELECT profile FROM previous_tenures))
  -- What was believed of an id that has changed is believed of the latter one.
  AND profile IN (SELECT profile FROM tenures WHERE source = $source AND known_until IS NULL)
GROUP BY profile HAVING bool_and(seen_until IS NOT NULL);

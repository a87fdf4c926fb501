-- One row is a tenure that is gone without a day from a profile which now dates another one it never told of; it is marked in `next_tenures`. Reads
-- changed_profiles, next_tenures, previous_tenures and sides. Exists because that is a correction rather than a departure. By the profile's own dates
-- the person was elsewhere at the look before, since more than $before days, so that this is not where the person went.
CREATE OR REPLACE TEMP TABLE corrected_departures AS
SELECT gone.profile, gone.tenure, min({'since': dated.start_earliest, 'name': sides.name}) AS instead
FROM next_tenures AS gone
JOIN previous_tenures AS was ON was.profile = gone.profile AND was.tenure = gone.tenure AND was.begun AND NOT was.ended
JOIN changed_profiles ON changed_profiles.profile = gone.profile
JOIN next_tenures AS dated ON dated.profile = gone.profile AND dated.listed AND dated.begun AND dated.root <> gone.root
JOIN sides ON sides.side = dated.entered
WHERE NOT gone.listed AND NOT gone.pseudo AND gone.start_earliest IS NULL AND gone.end_earliest IS NULL
  AND changed_profiles.before_on + 1 - dated.start_latest > CAST($before AS INTEGER)
  AND (NOT dated.ended OR dated.left_earliest > changed_profiles.before_on)
  AND (dated.profile, dated.root) NOT IN (SELECT (profile, root) FROM previous_tenures)
GROUP BY gone.profile, gone.tenure;
UPDATE next_tenures SET corrected_by = 'the profile now tells of ' || instead.name || ' since ' || instead.since || ', and of no time here'
FROM corrected_departures
WHERE corrected_departures.profile = next_tenures.profile AND corrected_departures.tenure = next_tenures.tenure;

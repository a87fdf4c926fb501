-- Ends the rows of `clusters` that are no longer believed and adds those that are; `found_clusters` has a row for each. Reads found_clusters. Exists
-- because who is one person is believed for a stretch of days.
UPDATE clusters SET known_until = found_clusters.ends_on FROM found_clusters
WHERE clusters.source = found_clusters.source AND clusters.profile = found_clusters.profile AND clusters.known_until IS NULL AND found_clusters.person IS NULL;
INSERT INTO clusters
SELECT source, profile, person, reason, starts_on, ends_on FROM found_clusters WHERE person IS NOT NULL
ORDER BY starts_on, source, profile;

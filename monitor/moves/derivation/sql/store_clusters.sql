-- store_clusters.sql, ends what is no longer believed of who is who and adds what is; `found` has a row for each.
UPDATE clusters SET known_until = found_clusters.ends_on FROM found_clusters
WHERE clusters.source = found_clusters.source AND clusters.profile = found_clusters.profile AND clusters.known_until IS NULL AND found_clusters.person IS NULL;
INSERT INTO clusters
SELECT source, profile, person, reason, starts_on, ends_on FROM found_clusters WHERE person IS NOT NULL
ORDER BY starts_on, source, profile;

-- found_clusters.sql, one row per profile and stretch of days as one person with others; without a person, the end of the stretch before.
CREATE OR REPLACE TEMP TABLE found_clusters (source VARCHAR, profile VARCHAR, person VARCHAR, reason VARCHAR, starts_on DATE, ends_on DATE);

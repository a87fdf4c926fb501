-- One row is a profile and a stretch of days in which it is one person with others; without a person, the end of the stretch before. Reads nothing.
-- Exists because Python finds who is who and hands it to `store_clusters` in this table.
CREATE OR REPLACE TEMP TABLE found_clusters (source VARCHAR, profile VARCHAR, person VARCHAR, reason VARCHAR, starts_on DATE, ends_on DATE);

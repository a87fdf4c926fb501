-- reach_on.sql, adds what the links of those reached lead to; returns how many were added.
CREATE OR REPLACE TEMP TABLE further AS
SELECT DISTINCT key FROM (
    SELECT other AS key FROM links WHERE one IN (SELECT key FROM reached)
    UNION ALL SELECT one FROM links WHERE other IN (SELECT key FROM reached))
WHERE key NOT IN (SELECT key FROM reached);
INSERT INTO reached SELECT key FROM further;
SELECT count(*) FROM further;

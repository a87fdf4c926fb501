-- One row is a profile that was one person with others, the stretch of days in which it was believed so, and why. Reads clusters.
-- Exists because the read model has them.
SELECT source, profile, source || ':' || profile AS profile_key, person, reason, CAST(known_from AS VARCHAR) AS known_from, CAST(known_until AS VARCHAR) AS known_until FROM clusters;

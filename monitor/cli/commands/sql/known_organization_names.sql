-- known_organization_names.sql, one row per organisation name that profiles wrote, with the unit that it means.
SELECT DISTINCT organization, unit FROM names WHERE organization IS NOT NULL ORDER BY organization, unit;

-- One row is an organisation name that profiles write, with the unit that it means. Reads names. Exists because commands suggest the nearest name for
-- one that is misspelt.
SELECT DISTINCT organization, unit FROM names WHERE organization IS NOT NULL ORDER BY organization, unit;

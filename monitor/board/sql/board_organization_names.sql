-- One row is a name of an organisation or of its parts as profiles write it, with the part. Reads board_names. Exists because an organisation's page
-- lists them.
SELECT organization, unit FROM board_names WHERE unit IN (SELECT value FROM json_each($units)) ORDER BY unit, organization;

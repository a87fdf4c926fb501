-- One row is an organisation name that profiles write, with its unit. Reads board_names. Exists because commands suggest the nearest name.
-- It stands beside `known_organization_names` because SQLite writes days, lists and JSON otherwise than DuckDB.
SELECT organization, unit FROM board_names ORDER BY organization, unit;

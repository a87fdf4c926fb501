-- One row is an organisation of $units with its most frequent spelling. Reads board_units. Exists because commands show a name for an id.
-- It stands beside `unit_names` because SQLite writes days, lists and JSON otherwise than DuckDB.
SELECT unit, name FROM board_units WHERE unit IN (SELECT value FROM json_each($units));

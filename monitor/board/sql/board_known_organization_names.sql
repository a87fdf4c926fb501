-- One row is an organisation name that profiles write, with its unit. Reads board_names. Exists because commands suggest the nearest name.
SELECT organization, unit FROM board_names ORDER BY organization, unit;

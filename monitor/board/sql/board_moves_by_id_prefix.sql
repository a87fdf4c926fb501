-- One row is a move whose id begins with $beginning, believed now or once. Reads board_moves. Exists because people type the first characters of an id.
-- It stands beside `moves_by_id_prefix` because SQLite writes days, lists and JSON otherwise than DuckDB.
SELECT DISTINCT move FROM board_moves WHERE substr(move, 1, length($beginning)) = $beginning ORDER BY move LIMIT 20;

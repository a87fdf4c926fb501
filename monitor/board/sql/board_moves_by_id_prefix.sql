-- One row is a move whose id begins with $beginning, believed now or once. Reads board_moves. Exists because people type the first characters of an id.
SELECT DISTINCT move FROM board_moves WHERE substr(move, 1, length($beginning)) = $beginning ORDER BY move LIMIT 20;

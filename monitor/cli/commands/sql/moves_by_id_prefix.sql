-- One row is a move whose id begins with $beginning, believed now or once. Reads moves. Exists because people type the first characters of an id.
SELECT DISTINCT move FROM moves WHERE substr(move, 1, length(CAST($beginning AS VARCHAR))) = $beginning ORDER BY move LIMIT 20;

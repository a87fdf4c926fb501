-- moves_by_id_prefix.sql, one row per move whose id begins so, believed now or once.
SELECT DISTINCT move FROM moves WHERE starts_with(move, $beginning) ORDER BY move LIMIT 20;

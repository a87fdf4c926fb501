-- batches.sql, one row per run of asks that meet about $most moves together, from the first to the last of them.
WITH moves_of_way AS (SELECT way, count(*) AS moves FROM entries GROUP BY way
), of_ask AS (
    SELECT ask, sum(moves) AS moves FROM seeking_ways JOIN moves_of_way USING (way) GROUP BY ask
    UNION ALL SELECT ask, count(*) FROM fitting_entries GROUP BY ask
), placed AS (SELECT ask, sum(moves) OVER (ORDER BY ask) // $most AS batch FROM of_ask)
SELECT min(ask), max(ask) FROM placed GROUP BY batch ORDER BY batch;

-- batches.sql, one row per rule with the number of its batch: rules that follow each other and meet about $most moves and stays together.
WITH met AS (
    SELECT stays, way, count(*) AS versions FROM (SELECT false AS stays, way FROM entries UNION ALL SELECT true, way FROM stays) GROUP BY ALL
), of_keys AS (
    SELECT from_key, to_key, stays, paired, sum(versions) AS versions FROM ways JOIN met USING (stays, way) GROUP BY ALL
), of_rule AS (
    SELECT asks.rule, sum(versions) AS versions
    FROM of_keys JOIN ask_sides AS f ON f.side = 'from' AND f.unit = from_key
    JOIN ask_sides AS t ON t.side = 'to' AND t.unit = to_key AND t.ask = f.ask
    JOIN asks ON asks.ask = f.ask AND asks.stays = of_keys.stays AND asks.paired = of_keys.paired
    GROUP BY asks.rule
), placed AS (
    SELECT rule, first_ask, sum(coalesce(versions, 0)) OVER (ORDER BY first_ask) AS reached
    FROM (SELECT rule, min(ask) AS first_ask FROM asks GROUP BY rule) LEFT JOIN of_rule USING (rule)
)
SELECT rule, CAST(reached // $most AS BIGINT) FROM placed ORDER BY first_ask;

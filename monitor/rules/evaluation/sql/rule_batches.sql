-- One row is a rule with the number of its batch: rules that follow each other and meet about $most moves and presences together. Reads move_entries,
-- presences, queries, query_sides and unit_pairs. Exists because memory stays bounded while many rules are evaluated.
WITH met AS (
    SELECT is_presence, unit_pair, count(*) AS versions FROM (SELECT false AS is_presence, unit_pair FROM move_entries UNION ALL SELECT true, unit_pair FROM presences) GROUP BY ALL
), of_keys AS (
    SELECT from_key, to_key, is_presence, paired, sum(versions) AS versions FROM unit_pairs JOIN met USING (is_presence, unit_pair) GROUP BY ALL
), of_rule AS (
    SELECT queries.rule, sum(versions) AS versions
    FROM of_keys JOIN query_sides AS f ON f.side = 'from' AND f.unit = from_key
    JOIN query_sides AS t ON t.side = 'to' AND t.unit = to_key AND t.query = f.query
    JOIN queries ON queries.query = f.query AND queries.is_presence = of_keys.is_presence AND queries.paired = of_keys.paired
    GROUP BY queries.rule
), placed AS (
    SELECT rule, first_ask, sum(coalesce(versions, 0)) OVER (ORDER BY first_ask) AS reached
    FROM (SELECT rule, min(query) AS first_ask FROM queries GROUP BY rule) LEFT JOIN of_rule USING (rule)
)
SELECT rule, CAST(reached // $most AS BIGINT) FROM placed ORDER BY first_ask;

-- holding_rows.sql, one row per stretch of days on which a term of a rule with several conditions, or one that is kept open, holds.
SELECT holding.rule, holding.grouping, holding.known_on, holding.term, opens, closes, peak, CAST(part AS DOUBLE) AS part
FROM holding JOIN terms USING (term) WHERE NOT terms.alone ORDER BY ALL;

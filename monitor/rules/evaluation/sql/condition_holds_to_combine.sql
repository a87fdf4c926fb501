-- condition_holds_to_combine.sql, one row per stretch of days on which a term of a rule with several conditions, or one that is kept open, holds.
SELECT condition_holds.rule, condition_holds.grouping, condition_holds.known_on, condition_holds.condition, opens, closes, peak, CAST(part AS DOUBLE) AS part, headcount, headcount_base
FROM condition_holds JOIN conditions USING (condition) WHERE NOT conditions.alone ORDER BY ALL;

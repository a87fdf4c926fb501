-- One row is a stretch of days on which a condition holds, of a rule with several conditions or whose alerts are kept open. Reads condition_holds and
-- conditions. Exists because `combine.py` makes episodes of these.
SELECT condition_holds.rule, condition_holds.grouping, condition_holds.known_on, condition_holds.condition, opens, closes, peak, CAST(part AS DOUBLE) AS part, headcount, headcount_base
FROM condition_holds JOIN conditions USING (condition) WHERE NOT conditions.alone ORDER BY ALL;

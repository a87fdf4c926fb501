-- known.sql, one row per episode and move or stay of a person that fits its group at the time, with those who may count and those left out.
CREATE OR REPLACE TEMP TABLE known AS
SELECT DISTINCT episodes.rule, episodes.grouping, episodes.known_on, counting.stays, counting.entry, counting.person, counting.counted,
       sought.role, certain_from, coalesce(certain_until, DATE '9999-12-31') AS certain_until,
       possible_from, coalesce(possible_until, DATE '9999-12-31') AS possible_until,
       CASE WHEN terms.sure THEN certain_from ELSE possible_from END AS opens,
       CASE WHEN terms.sure THEN coalesce(counting.certain_until, DATE '9999-12-31')
            ELSE coalesce(counting.possible_until, DATE '9999-12-31') END AS closes
FROM episodes JOIN sought USING (rule, grouping) JOIN terms ON terms.term = sought.term
JOIN counting USING (asked_group)
WHERE terms.told AND sought.role <> 'base'
  AND counting.known_from <= episodes.known_on AND (counting.known_until IS NULL OR counting.known_until > episodes.known_on)
  AND counting.possible_from < episodes.closes
  AND coalesce(counting.possible_until, DATE '9999-12-31') > episodes.opens;

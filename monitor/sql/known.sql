-- known.sql, one row per episode and move or stay of a person that fits its group at the time, with those who may count and those left out.
CREATE OR REPLACE TEMP TABLE known AS
SELECT DISTINCT episodes.rule, episodes.grouping, episodes.known_on, believed.stays, believed.entry, believed.person, believed.counted,
       believed.role, certain_from, certain_until, possible_from, possible_until,
       CASE WHEN terms.sure THEN certain_from ELSE possible_from END AS opens,
       CASE WHEN terms.sure THEN certain_until ELSE possible_until END AS closes
FROM episodes JOIN believed USING (rule, grouping, known_on) JOIN terms USING (term)
WHERE terms.told AND believed.role <> 'base'
  AND believed.possible_from < episodes.closes AND believed.possible_until > episodes.opens;

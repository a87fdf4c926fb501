-- One row is a move as known on $day, by the keys of the group that it leaves and of the one that it joins as far as they are asked for ($every: all of
-- them), with its days and the block that they lie in. `again_left`, `again_joined` and `again_pair` are the first day of a move of the same person in the
-- same group that counts before it, for rules count people and no moves. Reads usual_asked, usual_keys, usual_panel_moves, usual_panels, usual_places and
-- usual_repeats. Exists because windows and blocks are counted from it in one way, so that season, growth, coverage and imprecise dates stand on
-- both sides of an expectation.
CREATE OR REPLACE TEMP TABLE usual_asked_places AS
SELECT rule, is_left, key, side, hash(root) AS root, first_day, last_day, is_one_of_many
FROM usual_panels JOIN usual_keys USING (rule) JOIN usual_places USING (key)
WHERE $every OR (rule, is_left, grouping) IN (
    SELECT (rule, true, from_key) FROM usual_asked UNION ALL SELECT (rule, false, to_key) FROM usual_asked
);
CREATE OR REPLACE TEMP TABLE usual_moves AS
SELECT origins.key AS origin, targets.key AS target, earliest, latest, CAST((latest - DATE '1970-01-01') // window_days AS INTEGER) AS quarter,
       latest - CAST((latest - DATE '1970-01-01') % window_days AS INTEGER) - 1 AS block_since,
       coalesce(usual_repeats.person, CASE WHEN origins.is_one_of_many OR targets.is_one_of_many THEN version END) AS person
FROM (SELECT * REPLACE (hash(from_root) AS from_root, hash(to_root) AS to_root) FROM usual_panel_moves) AS known
LEFT JOIN usual_asked_places AS origins ON origins.is_left AND origins.rule = known.rule AND origins.side = from_side AND origins.root = from_root
  AND coalesce(left_latest, DATE '-infinity') >= origins.first_day AND coalesce(left_latest, DATE 'infinity') <= origins.last_day
LEFT JOIN usual_asked_places AS targets ON NOT targets.is_left AND targets.rule = known.rule AND targets.side = to_side AND targets.root = to_root
  AND coalesce(joined_latest, DATE '-infinity') >= targets.first_day AND coalesce(joined_latest, DATE 'infinity') <= targets.last_day
-- last, for few have any
LEFT JOIN usual_repeats ON usual_repeats.entry = version AND usual_repeats.dated = dated_by
WHERE known_from <= $day AND (known_until IS NULL OR known_until > $day) AND latest > $since AND (origins.key IS NOT NULL OR targets.key IS NOT NULL);
CREATE OR REPLACE TEMP VIEW usual_days AS
SELECT origin, target, earliest, latest, quarter, block_since, NULL::DATE AS again_left, NULL::DATE AS again_joined, NULL::DATE AS again_pair
FROM usual_moves WHERE person IS NULL
UNION ALL
SELECT origin, target, earliest, latest, quarter, block_since,
       max(earliest) OVER (PARTITION BY person, origin ORDER BY latest, earliest ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
       max(earliest) OVER (PARTITION BY person, target ORDER BY latest, earliest ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
       max(earliest) OVER (PARTITION BY person, origin, target ORDER BY latest, earliest ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
FROM usual_moves WHERE person IS NOT NULL;

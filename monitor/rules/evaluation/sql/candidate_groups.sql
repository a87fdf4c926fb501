-- One row is a rule, group and condition that is evaluated closely, with its query; then `group_entries`, the moves and presences that count there or in
-- a group whose counts are kept, and `near_entries`, those of them that are near days with enough. Reads busy_buckets, changed_groups, conditions,
-- counted_groups, group_queries, matching_entries, matching_unit_pairs, move_entries, moves, presences and queries. Exists because only groups that
-- changed and may reach a threshold are worth a close look.
CREATE OR REPLACE TEMP TABLE candidate_groups AS
SELECT DISTINCT group_queries.* FROM group_queries SEMI JOIN changed_groups USING (rule, grouping)
WHERE (rule, grouping) IN (SELECT (rule, grouping) FROM busy_buckets JOIN group_queries USING (query_group) WHERE role = 'count')
   OR rule IN (SELECT rule FROM queries WHERE NOT seeking AND role = 'count');
-- Where only enough people matter, those near the days that may have enough of them.
CREATE OR REPLACE TEMP TABLE candidate_spans AS
SELECT query_group, begins, ends FROM busy_buckets JOIN candidate_groups USING (query_group) JOIN conditions USING (condition) WHERE conditions.plain
UNION
SELECT query_group, DATE '-infinity', DATE 'infinity' FROM candidate_groups JOIN conditions USING (condition) WHERE NOT conditions.plain;
CREATE OR REPLACE TEMP TABLE group_entries AS
WITH wanted_here AS (
    SELECT query_group FROM candidate_spans
    UNION SELECT query_group FROM group_queries SEMI JOIN counted_groups USING (rule, grouping) JOIN conditions USING (condition)
    WHERE role <> 'base' AND conditions.main
), matching AS (
    SELECT query, query_group, move_entries.*, from_starts, from_ends, to_starts, to_ends
    FROM matching_unit_pairs SEMI JOIN wanted_here USING (query_group) JOIN move_entries USING (unit_pair) WHERE NOT is_presence
    UNION ALL
    SELECT query, query_group, move_entries.*, from_starts, from_ends, to_starts, to_ends
    FROM matching_entries SEMI JOIN wanted_here USING (query_group) JOIN move_entries USING (entry) WHERE NOT is_presence
), dated AS (
    SELECT query, query_group, entry, window_days, since, anchor, early,
           CASE dated WHEN 'joined' THEN joined_earliest WHEN 'left' THEN left_earliest ELSE observed_on END AS e,
           CASE dated WHEN 'joined' THEN joined_latest WHEN 'left' THEN left_latest ELSE observed_on END AS l
    FROM matching JOIN queries USING (query)
    WHERE (from_starts IS NULL OR left_latest >= from_starts) AND (from_ends IS NULL OR left_latest < from_ends)
      AND (to_starts IS NULL OR joined_latest >= to_starts) AND (to_ends IS NULL OR joined_latest < to_ends)
), periods AS (
    SELECT *, CASE WHEN since IN ('year', 'quarter') THEN period_day(e, early) END AS e_day,
           CASE WHEN since IN ('year', 'quarter') THEN period_day(l, early) END AS l_day
    FROM dated
), spans AS (
    SELECT query, query_group, entry,
           CASE WHEN since IS NULL THEN CASE WHEN l < e + window_days THEN l END
                WHEN since = 'anchor' THEN CASE WHEN e >= anchor THEN l END
                WHEN date_trunc(since, e_day) = date_trunc(since, l_day) THEN l END AS certain_from,
           CASE WHEN since IS NULL THEN e + window_days WHEN since <> 'anchor' THEN period_ends(since, l_day, early) END AS certain_until,
           CASE WHEN since = 'anchor' THEN greatest(e, anchor) ELSE e END AS possible_from,
           CASE WHEN since IS NULL THEN l + window_days WHEN since <> 'anchor' THEN period_ends(since, l_day, early) END AS possible_until
    FROM periods WHERE since IS NULL OR since <> 'anchor' OR l >= anchor
)
SELECT query, query_group, false AS is_presence, entry, person, status = 'counted' AS counted, known_from, known_until,
       certain_from, certain_until, possible_from, possible_until
FROM spans JOIN moves ON moves.version = entry
UNION ALL
-- Absence is no departure. For a rule on `change` whoever vanished counts as possibly there for one window more: so long they are in both of its headcounts.
SELECT query, query_group, true, entry, person, NOT held, known_from, known_until,
       CASE WHEN opens < coalesce(least(closes_certainly, unseen_from, to_ends), DATE '9999-12-31') THEN opens END,
       least(closes_certainly, unseen_from, to_ends), greatest(opens_possibly, to_starts), last_day
FROM (SELECT *, greatest(opens_certainly, to_starts) AS opens,
             least(closes_possibly, to_ends, CASE role WHEN 'base' THEN tracked_until ELSE unseen_from + coalesce(window_days, CAST($unseen AS INTEGER)) END) AS last_day
      FROM (SELECT query, query_group, entry, to_starts, to_ends FROM matching_unit_pairs SEMI JOIN wanted_here USING (query_group) JOIN presences USING (unit_pair)
            WHERE matching_unit_pairs.is_presence
            UNION ALL SELECT query, query_group, entry, to_starts, to_ends FROM matching_entries SEMI JOIN wanted_here USING (query_group) WHERE is_presence) AS staying
      JOIN queries USING (query) JOIN presences USING (entry))
WHERE greatest(opens_possibly, to_starts) < coalesce(last_day, DATE '9999-12-31');
CREATE OR REPLACE TEMP TABLE near_entries AS
SELECT * FROM group_entries SEMI JOIN candidate_spans
    ON candidate_spans.query_group = group_entries.query_group AND possible_from < ends AND coalesce(possible_until, DATE 'infinity') > begins;

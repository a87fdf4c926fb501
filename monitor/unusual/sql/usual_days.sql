-- One row is a group, a source and the days between which people of it moved, with how many as known on $day; `again_since` is the first day of a move
-- of the same person in the group that counts before it, for rules count people and no moves. Reads matching_entries,
-- matching_unit_pairs, move_entries, moves, queries, query_groups and usual_keys. Exists because windows and quarters are counted from it in one way,
-- so that season, growth, coverage and imprecise dates stand on both sides of an expectation. With $every every group of the rules is counted.
CREATE OR REPLACE TEMP TABLE usual_groups AS
SELECT query_group, queries.rule, query_groups.grouping, queries.dated, queries.window_days
FROM query_groups JOIN queries USING (query)
WHERE $every AND queries.rule IN (SELECT rule FROM usual_keys) OR (queries.rule, query_groups.grouping) IN (SELECT (rule, grouping) FROM usual_keys);
CREATE OR REPLACE TEMP TABLE usual_days AS
WITH matching AS (
    SELECT query_group, move_entries.*, from_starts, from_ends, to_starts, to_ends
    FROM matching_unit_pairs SEMI JOIN usual_groups USING (query_group) JOIN move_entries USING (unit_pair) WHERE NOT is_presence
    UNION ALL
    SELECT query_group, move_entries.*, from_starts, from_ends, to_starts, to_ends
    FROM matching_entries SEMI JOIN usual_groups USING (query_group) JOIN move_entries USING (entry) WHERE NOT is_presence
), dated AS (
    SELECT query_group, entry, person,
           CASE dated WHEN 'joined' THEN joined_earliest WHEN 'left' THEN left_earliest ELSE observed_on END AS earliest,
           CASE dated WHEN 'joined' THEN joined_latest WHEN 'left' THEN left_latest ELSE observed_on END AS latest,
           dated = 'observed' AS is_observed
    FROM matching JOIN usual_groups USING (query_group)
    WHERE (from_starts IS NULL OR left_latest >= from_starts) AND (from_ends IS NULL OR left_latest < from_ends)
      AND (to_starts IS NULL OR joined_latest >= to_starts) AND (to_ends IS NULL OR joined_latest < to_ends)
), counted AS (
    SELECT query_group, dated.person, source, earliest, latest, entry,
           -- What has no date of its own lies between two looks, and is known from the second on.
           NOT is_observed AND NOT (latest = observed_on AND before_on IS NOT NULL AND earliest = before_on + 1) AS dated
    FROM dated JOIN moves ON moves.version = entry
    WHERE status = 'counted' AND known_from <= $day AND (known_until IS NULL OR known_until > $day)
)
SELECT query_group, source, earliest, latest, dated, again_since, count(*) AS people
FROM (
    SELECT *, max(earliest) OVER (
        PARTITION BY query_group, person ORDER BY latest, earliest, entry ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS again_since
    FROM counted
)
GROUP BY ALL;

-- sought.sql, one row per place (a rule, group and day) that is looked at closely, and what is asked for it; then each move and stay that counts there.
CREATE OR REPLACE TEMP TABLE looked_at AS
SELECT touched.*, CAST(row_number() OVER () AS INTEGER) AS place FROM touched
WHERE (rule, grouping) IN (SELECT (rule, grouping) FROM busy JOIN group_asks USING (asked_group) WHERE role = 'count')
   OR rule IN (SELECT rule FROM asks WHERE NOT seeking AND role = 'count');
CREATE OR REPLACE TEMP TABLE sought AS
SELECT DISTINCT group_asks.* FROM group_asks SEMI JOIN looked_at USING (rule, grouping);
-- Where only enough people matter, those near the days that may have enough of them.
CREATE OR REPLACE TEMP TABLE sought_spans AS
SELECT asked_group, begins, ends FROM busy JOIN sought USING (asked_group) JOIN terms USING (term) WHERE terms.plain
UNION
SELECT asked_group, DATE '-infinity', DATE 'infinity' FROM sought JOIN terms USING (term) WHERE NOT terms.plain;
CREATE OR REPLACE TEMP TABLE counting AS
WITH wanted_here AS (SELECT DISTINCT asked_group FROM sought_spans
), fitting AS (
    SELECT ask, asked_group, entries.*, from_starts, from_ends, to_starts, to_ends
    FROM fitting_ways SEMI JOIN wanted_here USING (asked_group) JOIN entries USING (way) WHERE NOT stays
    UNION ALL
    SELECT ask, asked_group, entries.*, from_starts, from_ends, to_starts, to_ends
    FROM fitting_entries SEMI JOIN wanted_here USING (asked_group) JOIN entries USING (entry) WHERE NOT stays
), dated AS (
    SELECT ask, asked_group, entry, window_days, since, anchor, early,
           CASE dated WHEN 'joined' THEN joined_earliest WHEN 'left' THEN left_earliest ELSE observed_on END AS e,
           CASE dated WHEN 'joined' THEN joined_latest WHEN 'left' THEN left_latest ELSE observed_on END AS l
    FROM fitting JOIN asks USING (ask)
    WHERE (from_starts IS NULL OR left_latest >= from_starts) AND (from_ends IS NULL OR left_latest < from_ends)
      AND (to_starts IS NULL OR joined_latest >= to_starts) AND (to_ends IS NULL OR joined_latest < to_ends)
), periods AS (
    SELECT *, CASE WHEN since IN ('year', 'quarter') THEN period_day(e, early) END AS e_day,
           CASE WHEN since IN ('year', 'quarter') THEN period_day(l, early) END AS l_day
    FROM dated
), spans AS (
    SELECT ask, asked_group, entry,
           CASE WHEN since IS NULL THEN CASE WHEN l < e + window_days THEN l END
                WHEN since = 'anchor' THEN CASE WHEN e >= anchor THEN l END
                WHEN date_trunc(since, e_day) = date_trunc(since, l_day) THEN l END AS certain_from,
           CASE WHEN since IS NULL THEN e + window_days WHEN since <> 'anchor' THEN period_ends(since, l_day, early) END AS certain_until,
           CASE WHEN since = 'anchor' THEN greatest(e, anchor) ELSE e END AS possible_from,
           CASE WHEN since IS NULL THEN l + window_days WHEN since <> 'anchor' THEN period_ends(since, l_day, early) END AS possible_until
    FROM periods WHERE since IS NULL OR since <> 'anchor' OR l >= anchor
), near AS (
    SELECT * FROM spans SEMI JOIN sought_spans
        ON sought_spans.asked_group = spans.asked_group AND possible_from < ends AND coalesce(possible_until, DATE 'infinity') > begins
)
SELECT ask, asked_group, false AS stays, entry, person, status = 'counted' AS counted, known_from, known_until,
       certain_from, certain_until, possible_from, possible_until
FROM near JOIN moves ON moves.version = entry
UNION ALL
SELECT ask, asked_group, true, entry, person, NOT held, known_from, known_until,
       CASE WHEN greatest(opens_certainly, to_starts) < coalesce(least(closes_certainly, to_ends), DATE '9999-12-31')
            THEN greatest(opens_certainly, to_starts) END,
       least(closes_certainly, to_ends), greatest(opens_possibly, to_starts), least(closes_possibly, to_ends)
FROM (SELECT ask, asked_group, entry, to_starts, to_ends FROM fitting_ways SEMI JOIN wanted_here USING (asked_group) JOIN stays USING (way)
      WHERE fitting_ways.stays
      UNION ALL SELECT ask, asked_group, entry, to_starts, to_ends FROM fitting_entries SEMI JOIN wanted_here USING (asked_group) WHERE stays) AS staying
JOIN stays USING (entry)
WHERE greatest(opens_possibly, to_starts) < coalesce(least(closes_possibly, to_ends), DATE '9999-12-31');

-- match_rules.sql, one row per rule and version of a move that fits it and was not matched before, with the days on which it counts.
DELETE FROM matches WHERE rule NOT IN (SELECT rule FROM matched)
   OR rule IN (SELECT matched.rule FROM matched JOIN rules USING (rule) WHERE matched.meaning <> rules.meaning);
UPDATE rules SET version_until = coalesce((
    SELECT matched.version_until FROM matched
    WHERE matched.rule = rules.rule AND matched.meaning = rules.meaning), 0);
CREATE OR REPLACE TEMP MACRO fits(patterns, written) AS
    CASE WHEN len(patterns) = 0 THEN true
         ELSE coalesce(len(list_filter(patterns, lambda pattern : like_escape(lower(written), pattern, '\'))) > 0, false) END;
-- A missing value makes no group of its own.
CREATE OR REPLACE TEMP MACRO joined(parts) AS
    CASE WHEN len(list_filter(parts, lambda part : part IS NULL)) = 0 THEN array_to_string(parts, chr(31)) END;

-- Rules meet ways, not moves: there are far fewer pairs of units that people went between. Tables of their own
-- keep the join on both keys at once; on one of them alone, '*' meets everything.
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT version, person, status = 'counted' AS counted, left_earliest, left_latest, joined_earliest, joined_latest, observed_on,
       origin.unit AS from_unit, from_root, target.unit AS to_unit, to_root,
       hash(origin.unit, from_root, target.unit, to_root) AS way
FROM moves
LEFT JOIN sides AS origin ON origin.side = moves.from_side
LEFT JOIN sides AS target ON target.side = moves.to_side
WHERE version > (SELECT min(version_until) FROM rules);
CREATE OR REPLACE TEMP TABLE ways AS
SELECT *, unnest(CASE WHEN to_root IS NULL THEN [''] ELSE [to_unit, '*', ''] END) AS to_key
FROM (SELECT *, unnest(CASE WHEN from_root IS NULL THEN [''] ELSE [from_unit, '*', ''] END) AS from_key
      FROM (SELECT DISTINCT way, from_unit, from_root, to_unit, to_root FROM fresh));
CREATE OR REPLACE TEMP TABLE pairs AS
SELECT rule, f.unit AS from_key, f.named AS from_named, f.starts AS from_starts, f.ends AS from_ends,
       t.unit AS to_key, t.named AS to_named, t.starts AS to_starts, t.ends AS to_ends
FROM rule_sides AS f JOIN rule_sides AS t USING (rule)
WHERE f.side = 'from' AND t.side = 'to';
CREATE OR REPLACE TEMP TABLE fitting_ways AS
WITH named AS (
    SELECT way, rule, from_starts, from_ends, to_starts, to_ends, from_unit, to_unit,
           coalesce(from_named, from_root) AS from_organization, coalesce(to_named, to_root) AS to_organization
    FROM ways JOIN pairs USING (from_key, to_key)
)
SELECT DISTINCT way, rule, version_until, clock, dated_by, window_days, since, anchor,
       from_starts, from_ends, to_starts, to_ends,
       len(from_team) + len(to_team) + len(from_title) + len(to_title) + len(any_title) + len(who_from_title) + len(who_to_title)
         + len(from_location) + len(to_location) + len(any_location) + len(wearer) > 0 AS particular,
       -- The values of a group, in order; those that each move has for itself are put in below.
       list_transform(group_by, lambda side : CASE side
           WHEN 'from.organization' THEN {'of_way': true, 'told': from_organization}
           WHEN 'to.organization' THEN {'of_way': true, 'told': to_organization}
           WHEN 'from.unit' THEN {'of_way': true, 'told': from_unit}
           WHEN 'to.unit' THEN {'of_way': true, 'told': to_unit}
           ELSE {'of_way': false, 'told': side} END) AS sides_of_group,
       len(list_filter(sides_of_group, lambda one : NOT one.of_way)) > 0 AS of_each,
       CASE WHEN NOT of_each THEN joined(list_transform(sides_of_group, lambda one : one.told)) END AS grouping
FROM named JOIN rules USING (rule)
WHERE (len(not_from) = 0 OR NOT coalesce(list_contains(not_from, from_unit), false))
  AND (len(not_to) = 0 OR NOT coalesce(list_contains(not_to, to_unit), false))
  AND (of_each OR grouping IS NOT NULL);

INSERT INTO matches
WITH fitting AS (
    SELECT fitting_ways.* EXCLUDE (way, particular, sides_of_group, of_each), fresh.* EXCLUDE (way)
    FROM fresh JOIN fitting_ways USING (way)
    WHERE NOT particular AND NOT of_each
    UNION ALL BY NAME
    -- Wide columns are fetched for the rules that look at them, and for no other.
    SELECT fitting_ways.* EXCLUDE (way, particular, sides_of_group, of_each) REPLACE (
               CASE WHEN of_each THEN joined(list_transform(sides_of_group, lambda one : CASE WHEN one.of_way THEN one.told
                        ELSE CASE one.told WHEN 'from.team' THEN origin.team_id WHEN 'to.team' THEN target.team_id
                                  WHEN 'from.location' THEN origin.location WHEN 'to.location' THEN target.location
                                  WHEN 'person' THEN fresh.person END END))
                    ELSE grouping END AS grouping),
           fresh.* EXCLUDE (way)
    FROM fresh JOIN fitting_ways USING (way) JOIN rules USING (rule) JOIN moves USING (version)
    LEFT JOIN sides AS origin ON origin.side = moves.from_side
    LEFT JOIN sides AS target ON target.side = moves.to_side
    WHERE (particular OR of_each)
      AND (len(from_team) = 0 OR coalesce(list_contains(from_team, origin.team_id), false))
      AND (len(to_team) = 0 OR coalesce(list_contains(to_team, target.team_id), false))
      AND fits(from_title, origin.title) AND fits(to_title, target.title)
      AND fits(who_from_title, origin.title) AND fits(who_to_title, target.title)
      AND (len(any_title) = 0 OR fits(any_title, origin.title) OR fits(any_title, target.title))
      AND fits(from_location, origin.location) AND fits(to_location, target.location)
      AND (len(any_location) = 0 OR fits(any_location, origin.location) OR fits(any_location, target.location))
      AND (len(wearer) = 0 OR fits(wearer, moves.profile) OR fits(wearer, moves.name) OR fits(wearer, moves.person))
), dated AS (
    SELECT *,
           CASE WHEN clock = 'observed' THEN observed_on WHEN dated_by = 'joined' THEN joined_earliest ELSE left_earliest END AS e,
           CASE WHEN clock = 'observed' THEN observed_on WHEN dated_by = 'joined' THEN joined_latest ELSE left_latest END AS l
    FROM fitting
    WHERE version > version_until AND grouping IS NOT NULL
      AND (from_starts IS NULL OR left_latest >= from_starts) AND (from_ends IS NULL OR left_latest < from_ends)
      AND (to_starts IS NULL OR joined_latest >= to_starts) AND (to_ends IS NULL OR joined_latest < to_ends)
)
SELECT rule, grouping, person, version,
       CASE WHEN since IS NULL THEN CASE WHEN l < e + window_days THEN l END
            WHEN since = 'anchor' THEN CASE WHEN e >= anchor THEN l END
            WHEN date_trunc(since, e) = date_trunc(since, l) THEN l END AS certain_from,
       CASE WHEN since IS NULL THEN e + window_days WHEN since = 'anchor' THEN NULL
            WHEN since = 'year' THEN CAST(date_trunc('year', l) + INTERVAL 1 YEAR AS DATE)
            ELSE CAST(date_trunc('quarter', l) + INTERVAL 3 MONTH AS DATE) END AS certain_until,
       CASE WHEN since = 'anchor' THEN greatest(e, anchor) ELSE e END AS possible_from,
       CASE WHEN since IS NULL THEN l + window_days WHEN since = 'anchor' THEN NULL
            WHEN since = 'year' THEN CAST(date_trunc('year', l) + INTERVAL 1 YEAR AS DATE)
            ELSE CAST(date_trunc('quarter', l) + INTERVAL 3 MONTH AS DATE) END AS possible_until,
       counted
FROM dated
WHERE since IS NULL OR since <> 'anchor' OR l >= anchor;
DELETE FROM matched;
INSERT INTO matched SELECT rule, meaning, (SELECT coalesce(max(version), 0) FROM moves) FROM rules;

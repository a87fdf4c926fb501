-- One row is a move or presence that a query asks for by title, team or person; `matching_unit_pairs` has those that organisations alone decide. Reads
-- move_entries, moves, presences, queries, query_sides, sides, unit_pairs and wanted_traits. Exists because there are far fewer pairs of units than
-- moves.
CREATE OR REPLACE TEMP TABLE labelled_unit_pairs AS
WITH pairs AS (
    SELECT query, f.unit AS from_key, f.named AS from_named, f.in_group AS from_group, f.starts AS from_starts, f.ends AS from_ends,
           t.unit AS to_key, t.named AS to_named, t.in_group AS to_group, t.starts AS to_starts, t.ends AS to_ends
    FROM query_sides AS f JOIN query_sides AS t USING (query) WHERE f.side = 'from' AND t.side = 'to'
), named AS (
    SELECT query, unit_pair, unit_pairs.is_presence, queries.by_unit_pair, queries.unit_pair_grouped, queries.slots, from_starts, from_ends, to_starts, to_ends,
           [coalesce(from_named, from_root), coalesce(to_named, to_root), from_unit, to_unit, from_group, to_group] AS labels
    FROM unit_pairs JOIN pairs USING (from_key, to_key) JOIN queries USING (query)
    WHERE queries.is_presence = unit_pairs.is_presence AND queries.paired = unit_pairs.paired
      AND NOT coalesce(list_contains(not_from, from_unit), false)
      AND NOT coalesce(list_contains(not_to, to_unit), false)
)
SELECT * EXCLUDE (labels, unit_pair_grouped, slots), CASE WHEN unit_pair_grouped THEN NULL ELSE labels END AS labels,
       CASE WHEN unit_pair_grouped THEN joined(slots, labels[slots[1]], labels[slots[2]], labels[slots[3]], labels[slots[4]], labels[slots[5]]) END AS grouping
FROM named;

CREATE OR REPLACE TEMP TABLE candidate_entries AS
SELECT labelled_unit_pairs.query, labelled_unit_pairs.is_presence, entry, from_side, to_side, grouping, labels, from_starts, from_ends, to_starts, to_ends
FROM labelled_unit_pairs JOIN move_entries USING (unit_pair) WHERE NOT by_unit_pair AND NOT is_presence
UNION ALL
SELECT labelled_unit_pairs.query, true, entry, from_side, to_side, grouping, labels, from_starts, from_ends, to_starts, to_ends
FROM labelled_unit_pairs JOIN presences USING (unit_pair) WHERE NOT by_unit_pair AND labelled_unit_pairs.is_presence;

-- Each pattern is compared once with each text that candidates have, whatever rules share it and whatever sides have it; teams and ranks are equal or not.
CREATE OR REPLACE TEMP TABLE matching_sides AS
WITH wanted AS (
    SELECT wanted_trait, trait, unnest(fits) AS fit FROM wanted_traits WHERE trait IN ('title', 'location', 'team', 'seniority')
), candidate_sides AS (
    SELECT side, title, location, team_id FROM sides WHERE side IN (SELECT from_side FROM candidate_entries UNION SELECT to_side FROM candidate_entries)
), valued_sides AS (
    SELECT side, 'title' AS trait, lower(title) AS text FROM candidate_sides WHERE title IS NOT NULL
    UNION ALL SELECT side, 'location', lower(location) FROM candidate_sides WHERE location IS NOT NULL
    UNION ALL SELECT side, 'team', team_id FROM candidate_sides WHERE team_id IS NOT NULL
    UNION ALL SELECT side, 'seniority', seniority_of(title) FROM candidate_sides WHERE title IS NOT NULL
), texts AS (
    SELECT DISTINCT trait, text FROM valued_sides WHERE trait IN (SELECT trait FROM wanted) AND trait IN ('title', 'location')
), fitting AS (
    SELECT texts.trait, text, fit FROM texts JOIN (SELECT DISTINCT trait, fit FROM wanted) AS patterns ON patterns.trait = texts.trait
    WHERE like_escape(text, fit, '\')
    UNION ALL SELECT DISTINCT trait, fit, fit FROM wanted WHERE trait IN ('team', 'seniority')
)
SELECT DISTINCT wanted_trait, side FROM wanted JOIN fitting USING (trait, fit) JOIN valued_sides USING (trait, text);
CREATE OR REPLACE TEMP TABLE matching_people AS
SELECT wanted_trait, is_presence, entry
FROM (SELECT DISTINCT wanted_trait, trait, fits, is_presence, entry FROM candidate_entries JOIN wanted_traits USING (query) WHERE trait IN ('person', 'source')) AS asking
JOIN (SELECT false AS is_presence, version AS entry, source, profile, name, person FROM moves
      UNION ALL SELECT true, entry, source, profile, name, person FROM presences) AS someone USING (is_presence, entry)
WHERE CASE trait WHEN 'source' THEN list_contains(fits, source)
                 ELSE fits_any(fits, profile) OR fits_any(fits, name) OR fits_any(fits, person) END;
CREATE OR REPLACE TEMP TABLE unfit_entries AS
SELECT DISTINCT candidate_entries.query, candidate_entries.is_presence, candidate_entries.entry
FROM candidate_entries JOIN wanted_traits ON wanted_traits.query = candidate_entries.query
LEFT JOIN matching_sides AS f ON f.wanted_trait = wanted_traits.wanted_trait AND f.side = candidate_entries.from_side AND wanted_traits.side IN ('from', 'any')
LEFT JOIN matching_sides AS t ON t.wanted_trait = wanted_traits.wanted_trait AND t.side = candidate_entries.to_side AND wanted_traits.side IN ('to', 'any')
LEFT JOIN matching_people AS p ON p.wanted_trait = wanted_traits.wanted_trait AND p.is_presence = candidate_entries.is_presence AND p.entry = candidate_entries.entry
WHERE (f.wanted_trait IS NOT NULL OR t.wanted_trait IS NOT NULL OR p.wanted_trait IS NOT NULL) = but_not;

-- one row per query and move or presence that fits it, where the pair of units alone does not decide
CREATE OR REPLACE TEMP TABLE labelled_entries AS
WITH valued AS (
    SELECT candidate_entries.* EXCLUDE (grouping), slots,
           labels || [origin.team_id, target.team_id, origin.location, target.location]
           || list_transform([origin.title, target.title], LAMBDA title: seniority_of(title)) || [someone.person, someone.source] AS all_labels
    FROM candidate_entries ANTI JOIN unfit_entries USING (query, is_presence, entry) JOIN queries USING (query)
    LEFT JOIN sides AS origin ON origin.side = candidate_entries.from_side
    LEFT JOIN sides AS target ON target.side = candidate_entries.to_side
    LEFT JOIN (SELECT false AS is_presence, version AS entry, person, source FROM moves
               UNION ALL SELECT true, entry, person, source FROM presences) AS someone
           ON someone.is_presence = candidate_entries.is_presence AND someone.entry = candidate_entries.entry
    WHERE NOT unit_pair_grouped
)
SELECT query, is_presence, entry, from_starts, from_ends, to_starts, to_ends,
       joined(slots, all_labels[slots[1]], all_labels[slots[2]], all_labels[slots[3]], all_labels[slots[4]], all_labels[slots[5]]) AS grouping
FROM valued
UNION ALL
SELECT query, candidate_entries.is_presence, entry, from_starts, from_ends, to_starts, to_ends, grouping
FROM candidate_entries ANTI JOIN unfit_entries USING (query, is_presence, entry) JOIN queries USING (query) WHERE unit_pair_grouped;

-- one row per query and group; a missing value makes no group: entries without one are left out, and listed by ungrouped_moves.sql
CREATE OR REPLACE TEMP TABLE query_groups AS
SELECT CAST(row_number() OVER () AS INTEGER) AS query_group, query, grouping FROM (
    SELECT query, grouping FROM labelled_unit_pairs WHERE by_unit_pair AND grouping IS NOT NULL
    UNION SELECT query, grouping FROM labelled_entries WHERE grouping IS NOT NULL);
-- one row per pair of units, and per single move or presence, that counts in a group if its days do
CREATE OR REPLACE TEMP TABLE matching_unit_pairs AS
SELECT unit_pair, is_presence, query, query_group, from_starts, from_ends, to_starts, to_ends
FROM labelled_unit_pairs LEFT JOIN query_groups USING (query, grouping) WHERE by_unit_pair;
CREATE OR REPLACE TEMP TABLE matching_entries AS
SELECT entry, is_presence, query, query_group, from_starts, from_ends, to_starts, to_ends
FROM labelled_entries LEFT JOIN query_groups USING (query, grouping);
DROP TABLE labelled_unit_pairs; DROP TABLE candidate_entries; DROP TABLE unfit_entries; DROP TABLE labelled_entries;

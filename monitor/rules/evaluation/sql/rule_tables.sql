-- One row is a rule's condition, a part that it counts, a query, a side of a query, a wanted trait, a group with an alert, or a question about coverage.
-- Reads nothing. Exists because Python fills these tables, so that all rules are evaluated together.
-- main if its figures are told; restless if time alone may bring an alert; kept if the counts of its rule are stored, and stand where the ledger stands
CREATE OR REPLACE TEMP TABLE conditions (
    rule VARCHAR, condition INTEGER, alone BOOLEAN, lists_people BOOLEAN, main BOOLEAN, restless BOOLEAN, kept BOOLEAN, sure BOOLEAN, plain BOOLEAN, least BIGINT, most BIGINT, share DECIMAL(12, 9), net BIGINT, first BOOLEAN,
    change DECIMAL(12, 9), window_days INTEGER, reach INTEGER, base_slots INTEGER[], since DATE);
-- one row per running count of a condition: who is counted (role), certainly or possibly (sure), and how many days later
CREATE OR REPLACE TEMP TABLE counted_parts (number INTEGER, condition INTEGER, part VARCHAR, role VARCHAR, sure BOOLEAN, later INTEGER,
    since VARCHAR, anchor DATE, early INTEGER[]);
-- one row per query of a condition; the sides of a stock are where somebody was before (from) and is (to)
CREATE OR REPLACE TEMP TABLE queries (
    query INTEGER, rule VARCHAR, condition INTEGER, role VARCHAR, is_presence BOOLEAN, paired BOOLEAN, seeking BOOLEAN, dated VARCHAR,
    window_days INTEGER, since VARCHAR, anchor DATE, early INTEGER[], slots INTEGER[],
    by_unit_pair BOOLEAN, unit_pair_grouped BOOLEAN, not_from VARCHAR[], not_to VARCHAR[]);
-- one row per unit, '*' (any known organisation) or '' (anything, unknown included) that a query accepts on a side
CREATE OR REPLACE TEMP TABLE query_sides (query INTEGER, side VARCHAR, unit VARCHAR, named VARCHAR, in_group VARCHAR, starts DATE, ends DATE);
-- one row per further trait that a query wants, or does not want, with the patterns or names of which one has to fit
CREATE OR REPLACE TEMP TABLE wanted_traits (wanted_trait INTEGER, query INTEGER, side VARCHAR, trait VARCHAR, fits VARCHAR[], but_not BOOLEAN);
CREATE OR REPLACE TEMP TABLE alerted_groups (rule VARCHAR, grouping VARCHAR);
CREATE OR REPLACE TEMP TABLE coverage_questions (question INTEGER, unit VARCHAR, day DATE, since DATE);
CREATE OR REPLACE TEMP MACRO fits_any(patterns, written) AS
    coalesce(len(list_filter(patterns, LAMBDA pattern: like_escape(lower(written), pattern, '\'))) > 0, false);
-- What a title says of its rank; "member of technical staff" is no rank, and who assists a chief is none.
CREATE OR REPLACE TEMP MACRO seniority_of(written) AS
    CASE WHEN written IS NULL THEN NULL
         WHEN regexp_matches(lower(written), '\b(intern|internship|trainee|apprentice|working student)\b') THEN 'intern'
         WHEN regexp_matches(lower(written), '\b(junior|jr|entry.level|assistant to)\b') THEN 'junior'
         WHEN regexp_matches(lower(written), '\b(vice.president|vp|svp|evp|avp)\b') THEN 'vp'
         WHEN regexp_matches(lower(written), '\b(chief|founder|cofounder|president|ceo|cto|cfo|coo|cio|ciso|cpo|cmo|cro)\b') THEN 'chief'
         WHEN regexp_matches(lower(written), '\b(director|head)\b') THEN 'director'
         WHEN regexp_matches(lower(written), '\bmanager\b')
              AND NOT regexp_matches(lower(written), '\b(product|program|programme|project|account|community|office) manager\b') THEN 'manager'
         WHEN regexp_matches(replace(lower(written), 'technical staff', ''), '\b(lead|principal|staff|distinguished|fellow)\b') THEN 'lead'
         WHEN regexp_matches(lower(written), '\b(senior|sr)\b') THEN 'senior' END;
-- The values of a group by their numbers in monitor/rules/evaluation/evaluate.py; one that is missing makes no group.
CREATE OR REPLACE TEMP MACRO joined(slots, value_1, value_2, value_3, value_4, value_5) AS
    CASE len(slots) WHEN 0 THEN '' WHEN 1 THEN value_1 WHEN 2 THEN value_1 || chr(31) || value_2
         WHEN 3 THEN value_1 || chr(31) || value_2 || chr(31) || value_3
         WHEN 4 THEN value_1 || chr(31) || value_2 || chr(31) || value_3 || chr(31) || value_4
         ELSE value_1 || chr(31) || value_2 || chr(31) || value_3 || chr(31) || value_4 || chr(31) || value_5 END;
-- The day by which a day's year or quarter is told; where a zone is so far ahead that it begins on the UTC day before, that of the next.
CREATE OR REPLACE TEMP MACRO period_day(day, early) AS
    CASE WHEN early[quarter(day + 1)] = 1 AND date_trunc('quarter', day + 1) = day + 1 THEN day + 1 ELSE day END;
CREATE OR REPLACE TEMP MACRO period_ends(since, day, early) AS
    CASE since WHEN 'year' THEN CAST(date_trunc('year', day) + INTERVAL 1 YEAR AS DATE) - early[1]
               ELSE CAST(date_trunc('quarter', day) + INTERVAL 3 MONTH AS DATE)
                    - early[quarter(CAST(date_trunc('quarter', day) + INTERVAL 3 MONTH AS DATE))] END;
-- The day on which what began on a day is counted: so many days later, or from the first anchor after it on.
CREATE OR REPLACE TEMP MACRO counted_on(day, later, since, anchor, early) AS
    CASE WHEN since IS NULL THEN least(day, DATE '9999-12-31' - later) + later
         WHEN since = 'anchor' THEN CASE WHEN day < anchor THEN anchor ELSE DATE '9999-12-31' END
         WHEN day >= DATE '9990-01-01' THEN DATE '9999-12-31'
         ELSE period_ends(since, period_day(day, early), early) END;
-- The day, counted from 1970, from which on a move counts, at the earliest if it need not be certain.
CREATE OR REPLACE TEMP MACRO opens_on(early_side, dated, joined_earliest, joined_latest, left_earliest, left_latest, observed_on) AS
    CAST(CASE dated WHEN 'joined' THEN CASE WHEN early_side THEN joined_earliest ELSE joined_latest END
                    WHEN 'left' THEN CASE WHEN early_side THEN left_earliest ELSE left_latest END
                    ELSE observed_on END - DATE '1970-01-01' AS INTEGER);

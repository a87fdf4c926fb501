-- rule_tables.sql, the rules of this evaluation as tables: one row per rule, and one per rule and pair of units it accepts.
-- A key is a unit's id, '*' for any known organisation, or '' for anything, unknown included.
CREATE OR REPLACE TEMP TABLE rules (
    rule VARCHAR, meaning VARCHAR, people BIGINT, window_days INTEGER, since VARCHAR, anchor DATE,
    dated_by VARCHAR, clock VARCHAR, counts VARCHAR, group_by VARCHAR[],
    not_from VARCHAR[], not_to VARCHAR[], from_team VARCHAR[], to_team VARCHAR[],
    from_title VARCHAR[], to_title VARCHAR[], who_from_title VARCHAR[], who_to_title VARCHAR[], any_title VARCHAR[],
    from_location VARCHAR[], to_location VARCHAR[], any_location VARCHAR[], wearer VARCHAR[],
    version_until UBIGINT);
CREATE OR REPLACE TEMP TABLE rule_sides (
    rule VARCHAR, side VARCHAR, unit VARCHAR, named VARCHAR, starts DATE, ends DATE);
CREATE OR REPLACE TEMP TABLE evaluating (rule VARCHAR, since DATE);
CREATE OR REPLACE TEMP TABLE alerted (rule VARCHAR, grouping VARCHAR);
CREATE OR REPLACE TEMP TABLE asked (question INTEGER, unit VARCHAR, day DATE, since DATE);

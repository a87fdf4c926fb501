-- One row is a profile that is likely one person with others by its address, its name and a move of one look. Reads nothing. Exists because Python
-- compares the names and hands the likely doubles to `store_double_keys` in this table.
CREATE OR REPLACE TEMP TABLE found_doubles (profile VARCHAR, match_key VARCHAR, name VARCHAR, day DATE);

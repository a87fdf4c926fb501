-- found_doubles.sql, one row per profile that is likely one person with others by its address, its name and a move of one look; filled by Python.
CREATE OR REPLACE TEMP TABLE found_doubles (profile VARCHAR, match_key VARCHAR, name VARCHAR);

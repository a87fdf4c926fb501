-- previous_tenures.sql, one row per tenure of an affected profile as believed until now.
-- Finding the rows first and fetching them by number reads the wide columns only where they are wanted.
CREATE OR REPLACE TEMP TABLE previous_tenure_rows AS
SELECT rowid AS number FROM tenures
WHERE source = $source AND known_until IS NULL AND profile IN (SELECT profile FROM changed_profiles);
CREATE OR REPLACE TEMP TABLE previous_tenures AS
SELECT * FROM tenures WHERE rowid IN (SELECT number FROM previous_tenure_rows);

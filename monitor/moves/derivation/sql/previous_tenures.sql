-- One row is a tenure of a changed profile as believed until now. Reads changed_profiles and tenures. Exists because what is stated now continues it.
-- Finding the rows first and fetching them by number reads the wide columns only where they are wanted.
CREATE OR REPLACE TEMP TABLE previous_tenure_rows AS
SELECT rowid AS number FROM tenures
WHERE source = $source AND known_until IS NULL AND profile IN (SELECT profile FROM changed_profiles);
CREATE OR REPLACE TEMP TABLE previous_tenures AS
SELECT * FROM tenures WHERE rowid IN (SELECT number FROM previous_tenure_rows);

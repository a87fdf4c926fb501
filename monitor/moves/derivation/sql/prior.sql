-- prior.sql, one row per tenure of an affected profile as believed until now.
-- Finding the rows first and fetching them by number reads the wide columns only where they are wanted.
CREATE OR REPLACE TEMP TABLE prior_rows AS
SELECT rowid AS number FROM tenures
WHERE source = $source AND known_until IS NULL AND profile IN (SELECT profile FROM affected);
CREATE OR REPLACE TEMP TABLE prior AS
SELECT * FROM tenures WHERE rowid IN (SELECT number FROM prior_rows);

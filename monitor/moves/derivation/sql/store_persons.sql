-- store_persons.sql, ends what is no longer believed of who is who and adds what is; `found` has a row for each.
UPDATE persons SET known_until = found.ends_on FROM found
WHERE persons.source = found.source AND persons.profile = found.profile AND persons.known_until IS NULL AND found.person IS NULL;
INSERT INTO persons
SELECT source, profile, person, reason, starts_on, ends_on FROM found WHERE person IS NOT NULL
ORDER BY starts_on, source, profile;

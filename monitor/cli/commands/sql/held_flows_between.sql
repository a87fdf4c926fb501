-- One row is a held flow between two organisations, with the names as profiles write them, newest first. Reads holds. Exists because `organizations
-- decide` shows what it settles.
SELECT observed_on, ended_on, from_name, to_name FROM holds
WHERE from_root = $origin AND to_root = $destination ORDER BY observed_on DESC, ended_on DESC NULLS LAST;

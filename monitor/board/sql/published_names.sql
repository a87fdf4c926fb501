-- One row is an organisation name that profiles write, with the unit that it means, and a hash of both. Reads names. Exists because the read model
-- has them.
SELECT CAST(hash(written) >> 1 AS BIGINT) AS digest, written.*
FROM (SELECT DISTINCT organization, unit FROM names WHERE organization IS NOT NULL) AS written;

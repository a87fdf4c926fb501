-- One row is an external id that profiles write beside the names of several organisations, with these names. Reads names. Exists because one id for
-- several names makes them likely duplicates.
SELECT organization_key_of(external) AS external, list_sort(list(DISTINCT unit)) AS units
FROM names WHERE external <> '' AND NOT pseudo
GROUP BY ALL HAVING count(DISTINCT unit) BETWEEN 2 AND 20
ORDER BY external;

-- forget_verdicts.sql, drops the analysts' judgements, which are put back as they are now; from $since on they were others.
DELETE FROM verdicts;
INSERT OR REPLACE INTO facts
SELECT 'unsettled', least(CAST(CAST($since AS DATE) AS VARCHAR), (SELECT min(value) FROM facts WHERE name = 'unsettled'));

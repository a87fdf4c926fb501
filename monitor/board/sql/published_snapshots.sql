-- One row is a judged snapshot, and a hash of it. Reads judged. Exists because the read model has them.
SELECT CAST(hash(judged_snapshot) >> 1 AS BIGINT) AS digest, judged_snapshot.*
FROM (
    SELECT source, CAST(observed_on AS VARCHAR) AS observed_on, profiles, rejected, verdict, CAST(to_json(reasons) AS VARCHAR) AS reasons,
           known, missing, may_miss, may_miss_because, may_miss_at_once
    FROM judged
) AS judged_snapshot;

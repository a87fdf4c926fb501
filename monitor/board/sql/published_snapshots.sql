-- One row is a judged snapshot. Reads judged. Exists because the read model has them.
SELECT source, CAST(observed_on AS VARCHAR) AS observed_on, profiles, rejected, verdict, CAST(to_json(reasons) AS VARCHAR) AS reasons,
       known, missing, may_miss, may_miss_because, may_miss_at_once
FROM judged;

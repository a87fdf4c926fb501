-- One row is a judged snapshot that was held against another one, with the share of the known profiles that it might lack and why. Reads
-- board_snapshots. Exists because whoever looks at a verdict asks for the limit that was in force, as `missing_limits` says it.
SELECT source, observed_on, known, missing, may_miss, may_miss_because, may_miss_at_once
FROM board_snapshots WHERE may_miss IS NOT NULL ORDER BY source, observed_on;

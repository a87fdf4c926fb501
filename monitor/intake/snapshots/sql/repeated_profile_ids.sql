-- One row is a line of $profiles whose id stands on an earlier line already, in order of lines. Reads $profiles. Exists because a snapshot has each
-- profile once.
SELECT line, first
FROM (
  SELECT line, min(line) OVER (PARTITION BY id) AS first
  FROM read_parquet($profiles)
  WHERE id IN (SELECT id FROM read_parquet($profiles) GROUP BY id HAVING count(*) > 1)
)
WHERE line > first
ORDER BY line

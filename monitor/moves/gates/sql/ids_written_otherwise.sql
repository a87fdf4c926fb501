-- One row is how many ids of the snapshot before stand in the next one without the zeros in front, a ".0" behind or signs between, and one of them then
-- and now. Reads $before and $after. Exists because a spreadsheet that takes ids for numbers has not replaced the people.
WITH was AS (
    SELECT id, ltrim(regexp_replace(regexp_replace(lower(id), '[.,]0+$', ''), '[^\p{L}\p{N}]', '', 'g'), '0') AS digits
    FROM read_parquet($before) ANTI JOIN (SELECT id FROM read_parquet($after)) USING (id)
), now AS (
    SELECT id, ltrim(regexp_replace(regexp_replace(lower(id), '[.,]0+$', ''), '[^\p{L}\p{N}]', '', 'g'), '0') AS digits
    FROM read_parquet($after) ANTI JOIN (SELECT id FROM read_parquet($before)) USING (id)
), pairs AS (
    SELECT min(was.id) AS former, min(now.id) AS latter FROM was JOIN now USING (digits) WHERE digits <> ''
    GROUP BY digits HAVING count(*) = 1
)
SELECT count(*), min(former), arg_min(latter, former) FROM pairs;

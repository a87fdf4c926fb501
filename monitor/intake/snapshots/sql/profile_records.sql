-- One row is a JSON line of `accepted`, in its order: a profile with its positions still inside. Reads accepted. Exists because the content hash of a
-- profile decides whether it is compared. A missing list is an empty list, so that both have one hash; `line`, `updated_on`,
-- `seen_on` and `absent_because` are not content.
SELECT
  r.id,
  r.name,
  r.url,
  coalesce(r.same_as, []) AS same_as,
  r.updated_on,
  r.seen_on,
  r.absent_because,
  line,
  hash(r.name, r.url, coalesce(r.same_as, []), coalesce(r.positions, [])) AS content,
  coalesce(r.positions, []) AS positions
FROM (
  SELECT
    line,
    from_json(record, $structure) AS r
  FROM accepted
)

-- store_marks.sql, adds the signs that were not shown before $day, and ends what a profile no longer states; the other signs stay.
UPDATE marks SET known_until = $day
WHERE source = $source AND kind = 'stated' AND known_until IS NULL AND profile IN (SELECT profile FROM affected)
  AND (profile, mark, name) NOT IN (SELECT (profile, mark, name) FROM shown_marks WHERE kind = 'stated');
INSERT INTO marks
SELECT $source, profile, kind, mark, digest, name, CAST($day AS DATE), NULL FROM shown_marks
WHERE (profile, digest) NOT IN (
    SELECT (profile, digest) FROM marks
    WHERE source = $source AND known_until IS NULL AND profile IN (SELECT profile FROM affected))
ORDER BY profile, kind, mark;

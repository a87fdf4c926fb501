-- One row is a profile whose id or name has each of $words in it, with one of the names that have them, $most at most; $first is the longest of the words.
-- Reads board_people. Exists because somebody who looks for a person rarely knows the whole name. The longest word alone rules nearly everybody out.
SELECT source, profile, min(name) AS name FROM board_people
WHERE (instr(folded_name, $first) > 0 OR instr(folded_profile, $first) > 0)
  AND NOT EXISTS (
      SELECT 1 FROM json_each($words)
      WHERE instr(coalesce(folded_name, ''), value) = 0 AND instr(coalesce(folded_profile, ''), value) = 0
  )
GROUP BY source, profile ORDER BY min(length(name)), source, profile LIMIT $most;

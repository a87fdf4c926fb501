-- One row says whether all that the snapshots of a source told up to a day is derived. Reads facts and judged. Exists because a run with nothing new
-- compares nothing.
SELECT EXISTS (FROM judged WHERE source = $source)
   AND NOT EXISTS (FROM facts WHERE name = 'unfinished:' || $source);

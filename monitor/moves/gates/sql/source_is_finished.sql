-- source_is_finished.sql, one row: whether all that the snapshots of a source told up to some day is derived.
SELECT EXISTS (FROM judged WHERE source = $source)
   AND NOT EXISTS (FROM facts WHERE name = 'unfinished:' || $source);

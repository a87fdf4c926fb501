-- store_source_finished.sql, notes that every snapshot of a source was judged.
DELETE FROM facts WHERE name = 'unfinished:' || $source;

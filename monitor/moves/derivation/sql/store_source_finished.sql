-- Notes that every snapshot of a source was judged. Reads nothing. Exists because a run that was killed in between goes on where it was.
DELETE FROM facts WHERE name = 'unfinished:' || $source;

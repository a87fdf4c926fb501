-- One row is the days of the first and the last snapshot that may speak, of $source or of all sources, before $before if it is given; NULL where there is
-- none. Reads judged. Exists because a snapshot is compared with the last one, no file from before the first becomes the baseline, and a replay ends on
-- the newest day.
SELECT min(observed_on) AS first, max(observed_on) AS last FROM judged
WHERE verdict IN ('accepted', 'baseline') AND ($source IS NULL OR source = $source) AND ($before IS NULL OR observed_on < $before);

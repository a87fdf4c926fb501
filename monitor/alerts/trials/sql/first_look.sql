-- One row is the day of the first snapshot that could be compared; NULL if there is none. Reads judged. Exists because what a first look shows is no news,
-- and what a rule says is counted by the years since.
SELECT min(observed_on) AS day FROM judged WHERE verdict IN ('accepted', 'baseline');

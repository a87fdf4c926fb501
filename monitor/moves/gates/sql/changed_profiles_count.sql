-- One row is how many of the profiles that were there at the last look are to be looked at again. Reads changed_profiles. Exists because what is told by
-- many of them at once need not be looked for where few changed.
SELECT count(*) FROM changed_profiles WHERE still;

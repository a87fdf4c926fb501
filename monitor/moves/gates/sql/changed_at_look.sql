-- One row is a profile that was followed at the look of $day together with others, as `changed_profiles` has it. Reads followed_looks. Exists because the
-- gate that looks for mixed up rows asks of one look at a time.
CREATE OR REPLACE TEMP TABLE changed_profiles AS
SELECT profile, before_on, still, day, last_on FROM followed_looks WHERE day = $day AND NOT vanished;

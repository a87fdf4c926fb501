-- One row is the name of a changed profile as the look at it that is followed writes it; `former_names` has the names that the look before it wrote.
-- Reads changed_profiles, listed_on and look_names. Exists because several looks are followed together by the statements that follow one.
CREATE OR REPLACE TEMP TABLE shown_profile_names AS
SELECT profile, name, url, same_as FROM look_names JOIN listed_on USING (profile, day)
WHERE profile IN (SELECT profile FROM changed_profiles);
CREATE OR REPLACE TEMP TABLE former_names AS
SELECT look_names.profile, name
FROM look_names JOIN listed_on ON listed_on.profile = look_names.profile AND listed_on.former_day = look_names.day
WHERE look_names.profile IN (SELECT profile FROM changed_profiles WHERE before_on IS NOT NULL);

-- One row is a profile to look at again at the look that is its next one, as `changed_profiles` has it; `listed_positions` has what that look, or the
-- last one that showed it otherwise, lists, `shown_profile_names` the name there, and `former_names` the one at the look before. Reads look_positions, look_names,
-- next_looks, sightings and unclear_at_looks. Exists because several looks are followed together by the statements that follow one.
CREATE OR REPLACE TEMP TABLE compared_profiles AS
SELECT profile, vanished, last_on FROM next_looks WHERE NOT due;
CREATE OR REPLACE TEMP TABLE changed_profiles AS
SELECT next_looks.profile, CASE WHEN due OR seen.still THEN last_on ELSE seen.until END AS before_on, due OR coalesce(seen.still, false) AS still,
       day, last_on
FROM next_looks LEFT JOIN (
    SELECT profile, bool_or(seen_until IS NULL) AS still, max(seen_until) AS until
    FROM sightings WHERE source = $source AND profile IN (SELECT profile FROM next_looks)
    GROUP BY profile) AS seen USING (profile)
WHERE NOT vanished;
INSERT INTO followed_looks
SELECT next_looks.profile, next_looks.day, next_looks.last_on, vanished, before_on, coalesce(still, false)
FROM next_looks LEFT JOIN changed_profiles USING (profile);
CREATE OR REPLACE TEMP TABLE listed_on AS
SELECT next_looks.profile, any_value(next_looks.day) AS looked_on, max(look_names.day) AS day, max(look_names.day) FILTER (NOT appears AND look_names.day <= last_on) AS former_day
FROM next_looks JOIN look_names ON look_names.profile = next_looks.profile AND look_names.day <= next_looks.day
WHERE NOT vanished GROUP BY next_looks.profile;
CREATE OR REPLACE TEMP TABLE listed_positions AS
SELECT profile, ordinal, organization, organization_id, team, title, location, kind, id, start_written, end_written, current,
       -- What an id tells is asked of the look that is followed, though an earlier one listed the position.
       CASE WHEN NOT EXISTS (FROM unclear_at_looks WHERE unclear_at_looks.day = looked_on AND organization_key = organization_key_of(organization_id)) THEN organization_key_of(organization_id) END AS organization_key
FROM look_positions JOIN listed_on USING (profile, day);
CREATE OR REPLACE TEMP TABLE shown_profile_names AS
SELECT profile, name, url, same_as FROM look_names JOIN listed_on USING (profile, day)
WHERE profile IN (SELECT profile FROM changed_profiles);
CREATE OR REPLACE TEMP TABLE former_names AS
SELECT look_names.profile, name
FROM look_names JOIN listed_on ON listed_on.profile = look_names.profile AND listed_on.former_day = look_names.day
WHERE look_names.profile IN (SELECT profile FROM changed_profiles WHERE before_on IS NOT NULL);

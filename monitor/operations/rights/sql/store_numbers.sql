-- Puts numbers in the place of the profiles of `erased_profiles` in all that is told of them, and deletes the signs of who they were. Reads erased_moves,
-- erased_profiles, erased_texts, moves, profile_moves, rule_counts, sides and tenures. Exists because what follows from a profile alone follows from its
-- number, too.
CREATE OR REPLACE TEMP TABLE numbered_sides AS
WITH shown AS (
    SELECT source, profile, unnest([entered, latest]) AS side FROM tenures SEMI JOIN erased_profiles USING (source, profile)
    UNION SELECT source, profile, unnest([from_side, to_side]) FROM profile_moves SEMI JOIN erased_profiles USING (source, profile)
    UNION SELECT source, profile, unnest([from_side, to_side]) FROM moves SEMI JOIN erased_profiles USING (source, profile)
), named AS (
    SELECT shown.source, shown.profile, side, unit, name, team, team_id,
           coalesce(titles.becomes, title) AS title, coalesce(locations.becomes, location) AS location
    FROM shown JOIN sides USING (side)
    LEFT JOIN erased_texts AS titles ON titles.source = shown.source AND titles.profile = shown.profile AND titles.field = 'title' AND titles.written = title
    LEFT JOIN erased_texts AS locations ON locations.source = shown.source AND locations.profile = shown.profile AND locations.field = 'location' AND locations.written = location
)
SELECT *, hash(unit, name, team, team_id, title, location) AS number_side FROM named;
CREATE OR REPLACE TEMP TABLE numbered_tenures AS
WITH ids AS (
    SELECT tenures.rowid AS number, tenures.source, tenures.profile, unnest(string_split(ids, chr(31))) AS id FROM tenures SEMI JOIN erased_profiles USING (source, profile)
), renamed AS (
    SELECT number, array_to_string(list_sort(list(coalesce(becomes, id))), chr(31)) AS ids
    FROM ids LEFT JOIN erased_texts ON erased_texts.source = ids.source AND erased_texts.profile = ids.profile AND field = 'id' AND written = id
    GROUP BY number
)
SELECT tenures.rowid AS number, erased_profiles.number AS profile, entered.number_side AS entered, latest.number_side AS latest, renamed.ids
FROM tenures JOIN erased_profiles USING (source, profile)
LEFT JOIN numbered_sides AS entered ON entered.source = tenures.source AND entered.profile = tenures.profile AND entered.side = tenures.entered
LEFT JOIN numbered_sides AS latest ON latest.source = tenures.source AND latest.profile = tenures.profile AND latest.side = tenures.latest
LEFT JOIN renamed ON renamed.number = tenures.rowid;
CREATE OR REPLACE TEMP TABLE numbered_profile_moves AS
SELECT profile_moves.rowid AS number, erased_profiles.number AS profile, number_move, origin.number_side AS from_side, target.number_side AS to_side
FROM profile_moves JOIN erased_profiles USING (source, profile) LEFT JOIN erased_moves USING (move)
LEFT JOIN numbered_sides AS origin ON origin.source = profile_moves.source AND origin.profile = profile_moves.profile AND origin.side = profile_moves.from_side
LEFT JOIN numbered_sides AS target ON target.source = profile_moves.source AND target.profile = profile_moves.profile AND target.side = profile_moves.to_side;
CREATE OR REPLACE TEMP TABLE numbered_moves AS
SELECT moves.rowid AS number, erased_profiles.number AS profile, number_key, number_move, origin.number_side AS from_side, target.number_side AS to_side
FROM moves JOIN erased_profiles USING (source, profile) LEFT JOIN erased_moves USING (move)
LEFT JOIN numbered_sides AS origin ON origin.source = moves.source AND origin.profile = moves.profile AND origin.side = moves.from_side
LEFT JOIN numbered_sides AS target ON target.source = moves.source AND target.profile = moves.profile AND target.side = moves.to_side;
INSERT INTO sides
SELECT DISTINCT number_side, unit, name, team, team_id, title, location FROM numbered_sides WHERE number_side NOT IN (SELECT side FROM sides);

UPDATE tenures SET profile = numbered_tenures.profile, entered = coalesce(numbered_tenures.entered, tenures.entered),
                   latest = coalesce(numbered_tenures.latest, tenures.latest), ids = coalesce(numbered_tenures.ids, tenures.ids)
FROM numbered_tenures WHERE tenures.rowid = numbered_tenures.number;
UPDATE profile_moves SET profile = numbered_profile_moves.profile, move = coalesce(number_move, profile_moves.move),
                         name = CASE WHEN name IS NOT NULL THEN numbered_profile_moves.profile END, url = NULL,
                         from_side = coalesce(numbered_profile_moves.from_side, profile_moves.from_side),
                         to_side = coalesce(numbered_profile_moves.to_side, profile_moves.to_side)
FROM numbered_profile_moves WHERE profile_moves.rowid = numbered_profile_moves.number;
UPDATE moves SET profile = numbered_moves.profile, person = number_key, move = coalesce(number_move, moves.move),
                 name = CASE WHEN name IS NOT NULL THEN numbered_moves.profile END, url = NULL,
                 from_side = coalesce(numbered_moves.from_side, moves.from_side), to_side = coalesce(numbered_moves.to_side, moves.to_side)
FROM numbered_moves WHERE moves.rowid = numbered_moves.number;
UPDATE reversals SET move = number_move FROM erased_moves WHERE reversals.move = erased_moves.move;
UPDATE move_reviews SET move = number_move FROM erased_moves WHERE move_reviews.move = erased_moves.move;
UPDATE profile_names SET profile = number, name = CASE WHEN name IS NOT NULL THEN number END, url = NULL
FROM erased_profiles WHERE profile_names.source = erased_profiles.source AND profile_names.profile = erased_profiles.profile;
UPDATE sightings SET profile = number FROM erased_profiles WHERE sightings.source = erased_profiles.source AND sightings.profile = erased_profiles.profile;
UPDATE unlooked SET profile = number FROM erased_profiles WHERE unlooked.source = erased_profiles.source AND unlooked.profile = erased_profiles.profile;
UPDATE crowded_profiles SET profile = number
FROM erased_profiles WHERE crowded_profiles.source = erased_profiles.source AND crowded_profiles.profile = erased_profiles.profile;

DELETE FROM match_keys WHERE (source, profile) IN (SELECT (source, profile) FROM erased_profiles);
-- What others state of themselves stays theirs.
DELETE FROM edges WHERE one IN (SELECT key FROM erased_profiles) OR kind <> 'stated' AND other IN (SELECT key FROM erased_profiles);
-- Nobody is anywhere in these words any more.
DELETE FROM sides
WHERE (title IN (SELECT written FROM erased_texts WHERE field = 'title') OR location IN (SELECT written FROM erased_texts WHERE field = 'location'))
  AND side NOT IN (SELECT unnest([entered, latest]) FROM tenures)
  AND side NOT IN (SELECT from_side FROM profile_moves WHERE from_side IS NOT NULL UNION SELECT to_side FROM profile_moves WHERE to_side IS NOT NULL
                   UNION SELECT from_side FROM moves WHERE from_side IS NOT NULL UNION SELECT to_side FROM moves WHERE to_side IS NOT NULL);
-- The counts of a rule whose groups are people are made again.
CREATE OR REPLACE TEMP TABLE rules_by_person AS
SELECT DISTINCT rule FROM (SELECT rule, unnest(string_split(grouping, chr(31))) AS part FROM rule_counts) WHERE part IN (SELECT key FROM erased_profiles);
DELETE FROM rule_counts WHERE rule IN (SELECT rule FROM rules_by_person);
DELETE FROM counted_rules WHERE rule IN (SELECT rule FROM rules_by_person);

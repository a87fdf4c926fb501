-- Each macro is a phrase that several statements share, over what a profile writes: partial dates as closed intervals of days, and the kind of a
-- position. Reads nothing. Exists because a phrase that stands twice drifts apart. A partial date is YYYY, YYYY-MM or YYYY-MM-DD of a real day in
-- 1900 to 2200; all else is an unknown date, and so are the days with which systems fill a date that they do not have.
CREATE OR REPLACE TEMP MACRO earliest_day(written) AS
    CASE WHEN NOT regexp_full_match(written, '(19|20|21)\d\d(-\d\d(-\d\d)?)?|2200(-\d\d(-\d\d)?)?') OR written IN ('1900-01-01', '1970-01-01') THEN NULL
         WHEN length(written) = 4 THEN try_cast(written || '-01-01' AS DATE)
         WHEN length(written) = 7 THEN try_cast(written || '-01' AS DATE)
         ELSE try_cast(written AS DATE) END;
CREATE OR REPLACE TEMP MACRO latest_day(written) AS
    CAST(earliest_day(written) + CASE length(written) WHEN 4 THEN INTERVAL 1 YEAR WHEN 7 THEN INTERVAL 1 MONTH ELSE INTERVAL 1 DAY END
         - INTERVAL 1 DAY AS DATE);
-- An end of zeros only, or of a word such as "present", names no day: the position has not ended by it. Nor does one with which systems fill a
-- date that they do not have: a year after 2200, and the first days of their calendars.
CREATE OR REPLACE TEMP MACRO states_an_end(written) AS
    coalesce(regexp_matches(written, '[1-9]') AND NOT regexp_full_match(written,
        '(220[1-9]|22[1-9]\d|2[3-9]\d\d|[3-9]\d\d\d)(-\d\d(-\d\d)?)?|1900-01-0[01]|1899-12-3[01]|1970-01-01|1753-01-01|1601-01-01|0001-01-01'), false);
-- Ids of positions at the source, kept as one text, in common; a source without ids has none.
CREATE OR REPLACE TEMP MACRO share_an_id(these, those) AS
    CASE WHEN these IS NULL OR those IS NULL THEN false
         ELSE list_has_any(string_split(these, chr(31)), string_split(those, chr(31))) END;
-- Whether a stay that was going on and one that is stated now are at one organisation by its ids at the source: the latter did not end before the former
-- began. A stay that had ended is told from another by its days.
CREATE OR REPLACE TEMP MACRO is_one_organization(these, those, ended, start, latest_end) AS
    share_an_id(these, those) AND NOT ended AND coalesce(start <= latest_end, true);
-- One position under two names: title and team, as far as there are any, stayed.
CREATE OR REPLACE TEMP MACRO same_position(title, team, next_title, next_team) AS
    coalesce(title, team) IS NOT NULL AND title IS NOT DISTINCT FROM next_title AND team IS NOT DISTINCT FROM next_team;
-- The first word of a name, for telling whether two names may be of one stem.
CREATE OR REPLACE TEMP MACRO first_word(name) AS regexp_extract(lower(name), '[\p{L}\p{N}]+');
-- The words of a title as roles are told by them: without case, accents and punctuation. Its signs are listed: a class of all letters costs milliseconds.
CREATE OR REPLACE TEMP MACRO title_words(title) AS trim(regexp_replace(lower(strip_accents(title)),
    '[\s\x00-/:-@\[-`{-\x{BF}\x{2000}-\x{206F}\x{3000}-\x{303F}\x{30FB}\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF20}\x{FF3B}-\x{FF40}\x{FF5B}-\x{FF65}]+', ' ', 'g'));
-- Advisory, board, education and volunteer work is told by the kind or, failing that, by the title: words are the `title_words` of it, side_roles
-- the four expressions of side_role_patterns(), of which the first is quick.
CREATE OR REPLACE TEMP MACRO is_employment(kind, words, side_roles) AS
    CASE WHEN lower(trim(kind)) IN ('employment', 'job', 'full-time', 'part-time', 'employee') THEN true
         WHEN lower(trim(kind)) IN ('advisory', 'board', 'education', 'contract', 'volunteer', 'other') THEN false
         WHEN words IS NULL OR NOT regexp_matches(words, side_roles[1]) THEN true
         ELSE NOT regexp_full_match(words, side_roles[2])
              AND (NOT regexp_full_match(words, side_roles[3]) OR regexp_full_match(words, side_roles[4])) END;
-- An id or an address as all ways of writing it read: without blanks around it, what cannot be seen, case, scheme, www., a slash at the end, percent signs.
CREATE OR REPLACE TEMP MACRO spelling_of(written) AS
    regexp_replace(regexp_replace(regexp_replace(
        lower(nfc_normalize(trim(regexp_replace(regexp_replace(coalesce(TRY(url_decode(written)), written), '\p{Cf}', '', 'g'), '[\s\p{Z}]+', ' ', 'g')))),
        '^(https?:)?(//)?(www\.)?', ''), '^([^/:]+):(80|443)/', '\1/'), '[/?#]+$', '');
-- The same of an organisation's id: a column of numbers gives a whole one a ".0", and takes the zeros in front of it.
CREATE OR REPLACE TEMP MACRO organization_key_of(written) AS regexp_replace(spelling_of(written), '^0*(\d+?)(\.0+)?$', '\1');
-- Whether two positions without a start state one end: of a past position that is the day that tells it from others.
CREATE OR REPLACE TEMP MACRO same_end_alone(start, other_start, earliest, other_earliest, latest, other_latest) AS
    start IS NULL AND other_start IS NULL AND coalesce(earliest = other_earliest AND latest = other_latest, false);
-- Whether a profile stands in the place of somebody who was erased.
CREATE OR REPLACE TEMP MACRO is_number(profile) AS regexp_full_match(profile, 'erased-[0-9]+');
-- A name as profiles are compared by it: without accents, case and repeated blanks.
CREATE OR REPLACE TEMP MACRO plain_name(name) AS lower(strip_accents(trim(regexp_replace(name, '\s+', ' ', 'g'))));
-- How many bits a date tells: a day 11, a month 6, a year 2, no date none.
CREATE OR REPLACE TEMP MACRO bits(earliest, latest) AS
    CASE WHEN earliest IS NULL THEN 0 WHEN earliest = latest THEN 11 WHEN latest - earliest <= 31 THEN 6 ELSE 2 END;
-- The words of a text as names are compared by them.
CREATE OR REPLACE TEMP MACRO name_words(name) AS regexp_extract_all(plain_name(name), '[\p{L}\p{N}]+');
-- The same, and all of them as one word: some names are written with a blank or without.
CREATE OR REPLACE TEMP MACRO name_signs(name) AS list_transform([name_words(name)], LAMBDA words: CASE WHEN len(words) > 1 THEN list_append(words, array_to_string(words, '')) ELSE words END)[1];
-- Whether a profile's names are of two people: neither has the other's given name, nor an initial of it before a name that they share. Who marries keeps
-- it. The given name stands behind a comma, or else first. A name that is the id, as the source writes it or without what joins its words, tells nothing.
-- The words of all are found by one expression: each that a statement has costs milliseconds before the statement runs.
CREATE OR REPLACE TEMP MACRO names_another_person(id, name, other) AS
    coalesce(name <> '' AND other <> '' AND list_transform(
        [list_transform([id, name, other, CASE WHEN name LIKE '%,_%' THEN split_part(name, ',', 2) END, CASE WHEN other LIKE '%,_%' THEN split_part(other, ',', 2) END],
                        LAMBDA written: name_words(written))],
        LAMBDA words: words[2] <> words[1] AND words[3] <> words[1] AND list_transform(
            [[coalesce(words[4][1], words[2][1]), coalesce(words[5][1], words[3][1])]],
            LAMBDA given: NOT list_contains(words[3], given[1]) AND NOT list_contains(words[2], given[2])
                AND NOT (least(length(given[1]), length(given[2])) = 1 AND given[1][1] = given[2][1] AND list_has_any(words[2], words[3])))[1])[1], false);

-- One row is a group to count (usual_keys), or a rule whose groups have these sides (usual_sides). Reads nothing. Exists because Python fills these
-- tables, so that all groups of a day are counted together.
CREATE OR REPLACE TEMP TABLE usual_keys (rule VARCHAR, grouping VARCHAR);
-- which values of a pair's grouping make the key of each of its sides; `basis` names what is learnt together
CREATE OR REPLACE TEMP TABLE usual_sides (basis VARCHAR, from_places INTEGER[], to_places INTEGER[]);
CREATE OR REPLACE TEMP MACRO side_key(of_pair, places) AS
    coalesce(array_to_string(list_transform(places, LAMBDA place: string_split(of_pair, chr(31))[place]), chr(31)), '');
-- A class of counts that differ by a fifth at most.
CREATE OR REPLACE TEMP MACRO size_class(people) AS
    CASE WHEN people <= 4 THEN CAST(people AS INTEGER) ELSE 4 + CAST(floor(ln(people / 4.0) / ln(1.2)) AS INTEGER) END;
-- Whether somebody certainly moved after a day, up to another, and counts for it: of several such moves of one person the first one does.
CREATE OR REPLACE TEMP MACRO counts_within(earliest, latest, again_since, since, until) AS
    latest <= until AND earliest > since AND (again_since IS NULL OR again_since <= since);

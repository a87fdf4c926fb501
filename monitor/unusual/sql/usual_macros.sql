-- Makes what statements on panels have in common. Reads nothing. Exists because a window and a block hold whom both count in one way.
-- A class of counts that differ by a fifth at most.
CREATE OR REPLACE TEMP MACRO size_class(people) AS
    CASE WHEN people <= 4 THEN CAST(people AS INTEGER) ELSE 4 + CAST(floor(ln(people / 4.0) / ln(1.2)) AS INTEGER) END;
-- Whether somebody certainly moved after a day, up to another, and counts for it: of several such moves of one person the first one does.
CREATE OR REPLACE TEMP MACRO counts_within(earliest, latest, again_since, since, until) AS
    latest <= until AND earliest > since AND (again_since IS NULL OR again_since <= since);
-- The day that a rule dates a move by.
CREATE OR REPLACE TEMP MACRO day_of(dated, joined_on, left_on, observed_on) AS
    CASE dated WHEN 'joined' THEN joined_on WHEN 'left' THEN left_on ELSE observed_on END;

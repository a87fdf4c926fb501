-- One row is a look that is followed together with others, and the accepted one before it; the other relations are filled look by look, or turn by
-- turn. Reads nothing. Exists because what is read of several looks, and what the gates will ask of each, is gathered while they are followed.
CREATE OR REPLACE TEMP TABLE looks (day DATE, last_on DATE);
-- one row per profile and look that shows it otherwise than the look before, or no longer
CREATE OR REPLACE TEMP TABLE look_changes (profile VARCHAR, day DATE, last_on DATE, vanished BOOLEAN, appears BOOLEAN);
-- one row per profile and look that was read of it: those that show it otherwise, and the one before all of them
CREATE OR REPLACE TEMP TABLE look_names (profile VARCHAR, day DATE, name VARCHAR, url VARCHAR, same_as VARCHAR[]);
CREATE OR REPLACE TEMP TABLE look_positions (
    profile VARCHAR, day DATE, ordinal INTEGER, organization VARCHAR, organization_id VARCHAR, team VARCHAR, title VARCHAR, location VARCHAR,
    kind VARCHAR, id VARCHAR, start_written VARCHAR, end_written VARCHAR, current BOOLEAN);
-- one row per look and id of an organisation that tells nothing there
CREATE OR REPLACE TEMP TABLE unclear_at_looks (day DATE, organization_key VARCHAR);
-- one row per profile and look that was followed; still if the look before showed it, too
CREATE OR REPLACE TEMP TABLE followed_looks (profile VARCHAR, day DATE, last_on DATE, vanished BOOLEAN, before_on DATE, still BOOLEAN);
-- one row per profile and look by which a person is nowhere any more that they were, without a date; with one place they were at, and one they are at
CREATE OR REPLACE TEMP TABLE look_departures (profile VARCHAR, day DATE, from_root VARCHAR, to_root VARCHAR);
-- one row per profile, look and organisation that may have got another name there
CREATE OR REPLACE TEMP TABLE look_relabels (profile VARCHAR, day DATE, from_root VARCHAR, to_root VARCHAR);
-- one row per move that a look shows for the first time; held if that follows from what was held before
CREATE OR REPLACE TEMP TABLE look_moves (
    profile VARCHAR, day DATE, before_on DATE, from_root VARCHAR, to_root VARCHAR, from_side UBIGINT, to_side UBIGINT,
    manner VARCHAR, stated BOOLEAN, placeholder VARCHAR, held BOOLEAN);
-- no history was pasted where no gate speaks
CREATE OR REPLACE TEMP TABLE pasted_stays (
    profile VARCHAR, first_root VARCHAR, first_side UBIGINT, first_start DATE, first_end DATE,
    second_root VARCHAR, second_side UBIGINT, second_start DATE, second_end DATE, people BIGINT);
-- nobody is carried on from an earlier look
CREATE OR REPLACE TEMP TABLE carried_profiles (profile VARCHAR, seen_on DATE);

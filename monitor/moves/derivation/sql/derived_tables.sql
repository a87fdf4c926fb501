-- Makes the derived tables. Reads nothing. Exists because what is believed of profiles, people and moves, and since when, is kept between runs. All
-- of them can be dropped and are built again from the stored snapshots. known_from and known_until (half-open) say on which days of observation a row
-- was believed.
CREATE TABLE IF NOT EXISTS facts (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
-- one row per snapshot that was judged, in order of observation within its source
-- agreeing is the number of suspect snapshots in a row, this one included, each of which agrees with the one before
-- filled is the number of profiles where an organisation took the place of a pseudo employer without a date
-- undated is the number of undated moves of known people that were seen at once, and days how long after the comparison before
CREATE TABLE IF NOT EXISTS judged (
    source VARCHAR, observed_on DATE, fingerprint VARCHAR, profiles BIGINT, rejected BIGINT,
    verdict VARCHAR, reasons VARCHAR[], agreeing INTEGER,
    filled BIGINT, undated BIGINT, days INTEGER, backlog BOOLEAN,
    known BIGINT, missing BIGINT, after_days INTEGER, may_miss DOUBLE, may_miss_because VARCHAR, may_miss_at_once DOUBLE,
    rewritten BIGINT, employed BIGINT);
-- missing is how many of the profiles known before it lacked, after_days how long after, and may_miss the share that it might have lacked,
-- may_miss_at_once the share that is configured; rewritten is how many of those employed were in none of their former places
-- one row per unbroken run of accepted snapshots that showed a profile; seen_until is the last day of a run that ended
CREATE TABLE IF NOT EXISTS sightings (source VARCHAR, profile VARCHAR, seen_from DATE, seen_until DATE);
-- one row per unbroken run of accepted snapshots that have a profile as last seen before; unlooked_until is the last day of a run that ended
CREATE TABLE IF NOT EXISTS unlooked (source VARCHAR, profile VARCHAR, unlooked_from DATE, unlooked_until DATE);
-- one row per written organisation name, with what it resolves to
CREATE TABLE IF NOT EXISTS names (
    organization VARCHAR, external VARCHAR, unit VARCHAR, root VARCHAR, pseudo BOOLEAN);
-- one row per team spelling at an organisation
CREATE TABLE IF NOT EXISTS teams (unit VARCHAR, written VARCHAR, team VARCHAR);
-- one row per way of being somewhere: an organisation as written, with team, title and place; side is a hash of the rest
CREATE TABLE IF NOT EXISTS sides (
    side UBIGINT, unit VARCHAR, name VARCHAR, team VARCHAR, team_id VARCHAR, title VARCHAR, location VARCHAR);
-- one row per unit and stretch of days in which a dated succession gives it another root (half-open)
CREATE TABLE IF NOT EXISTS roots (unit VARCHAR, root VARCHAR, starts DATE, ends DATE);
-- witnessed_on is the first observation that showed a tenure going on; NULL if it was only ever told of
-- entered and latest are the sides of the first and the last position of a tenure
-- ids and organization_ids are the source's, of its positions and of the organisation, in one text each
-- corrected_by says why the end of a tenure is a correction rather than a departure
-- one row per person, organisation, unbroken time there, and stretch of days in which it was believed so
CREATE TABLE IF NOT EXISTS tenures (
    source VARCHAR, profile VARCHAR, tenure INTEGER, root VARCHAR, pseudo BOOLEAN,
    entered UBIGINT, latest UBIGINT,
    ids VARCHAR, organization_ids VARCHAR,
    start_earliest DATE, start_latest DATE, start_stated_on DATE,
    end_earliest DATE, end_latest DATE, end_stated_on DATE,
    begun BOOLEAN, ended BOOLEAN, listed BOOLEAN, witnessed_on DATE,
    joined_earliest DATE, joined_latest DATE, join_shown_on DATE,
    left_earliest DATE, left_latest DATE, leave_shown_on DATE,
    due DATE, corrected_by VARCHAR, known_from DATE, known_until DATE);
-- one row per move as one profile tells of it, and stretch of days in which it was believed so; stated if the profile dates it
CREATE TABLE IF NOT EXISTS profile_moves (
    move VARCHAR, source VARCHAR, profile VARCHAR, name VARCHAR, url VARCHAR,
    from_root VARCHAR, from_side UBIGINT,
    to_root VARCHAR, to_side UBIGINT,
    left_earliest DATE, left_latest DATE, joined_earliest DATE, joined_latest DATE,
    before_on DATE, observed_on DATE, baseline BOOLEAN, stated BOOLEAN,
    status VARCHAR, reason VARCHAR, occurrence INTEGER, known_from DATE, known_until DATE);
-- one row per move and stretch of days in which it was believed so, of that person and with that status: all that rules look at
-- profile_move_ids has the ids of all that tell of one move, the first seen first, where several profiles of one person do: they have their sides
-- and days in common, and when it was first seen
CREATE TABLE IF NOT EXISTS moves (
    version UBIGINT, move VARCHAR, source VARCHAR, profile VARCHAR, person VARCHAR, name VARCHAR, url VARCHAR,
    from_root VARCHAR, from_side UBIGINT,
    to_root VARCHAR, to_side UBIGINT,
    left_earliest DATE, left_latest DATE, joined_earliest DATE, joined_latest DATE,
    before_on DATE, observed_on DATE, baseline BOOLEAN,
    status VARCHAR, reason VARCHAR, occurrence INTEGER, profile_move_ids VARCHAR[], known_from DATE, known_until DATE);
-- one row per flow that was held as a change of the organisations rather than of the people; ended_on is the day that all ends state
CREATE TABLE IF NOT EXISTS holds (
    source VARCHAR, observed_on DATE, from_root VARCHAR, to_root VARCHAR, from_name VARCHAR, to_name VARCHAR,
    kind VARCHAR, ended_on DATE, moved BIGINT, of_people BIGINT, existed BOOLEAN, examples VARCHAR[], reason VARCHAR);
-- one row per profile and day from which on it was believed under that name
CREATE TABLE IF NOT EXISTS profile_names (source VARCHAR, profile VARCHAR, name VARCHAR, url VARCHAR, known_from DATE);
-- one row per profile and sign of who it is of: an id that it states, the id it had before, its dated history, or its name and page
-- digest is a hash of kind and mark: equal ones are found by it without reading the text
CREATE TABLE IF NOT EXISTS match_keys (
    source VARCHAR, profile VARCHAR, kind VARCHAR, match_key VARCHAR, digest UBIGINT, name VARCHAR, known_from DATE, known_until DATE);
-- one row per link between two keys (a profile's, SOURCE:ID, or one that profiles have in common) and stretch of days in which it held
CREATE TABLE IF NOT EXISTS edges (
    one VARCHAR, other VARCHAR, kind VARCHAR, match_key VARCHAR, known_from DATE, known_until DATE);
-- one row per profile that is one person with others, and stretch of days in which it was so
CREATE TABLE IF NOT EXISTS clusters (
    source VARCHAR, profile VARCHAR, person VARCHAR, reason VARCHAR, known_from DATE, known_until DATE);
-- one row per profile that several people share, and stretch of days in which it showed so many organisations at once
CREATE TABLE IF NOT EXISTS crowded_profiles (source VARCHAR, profile VARCHAR, organizations BIGINT, known_from DATE, known_until DATE);
-- one row per source that an operator removed, and the day from which on it shows nothing
CREATE TABLE IF NOT EXISTS removed_sources (source VARCHAR, removed_on DATE);
-- one row per undated move that the profile took back soon, or took back with, since the day that showed it
CREATE TABLE IF NOT EXISTS reversals (source VARCHAR, move VARCHAR, reversed_on DATE, known_from DATE);
-- one row per move that an analyst judged, and stretch of days in which that judgement held
CREATE TABLE IF NOT EXISTS move_reviews (
    move VARCHAR, verdict VARCHAR, reason VARCHAR, known_from DATE, known_until DATE);
-- one row per rule and quarter, with what was usual on the quarter's first snapshot; key is a hash of all that it rests on
CREATE TABLE IF NOT EXISTS usual_fits (key VARCHAR, day DATE, fit VARCHAR);
-- one row per rule and group of which anything is known, with the day of the newest news of it and the steps of its counts; alerts of a rule that time
-- alone may change open between ahead_from and ahead_to, both NULL if none does
CREATE TABLE IF NOT EXISTS rule_counts (
    rule VARCHAR, grouping VARCHAR, known_on DATE, steps STRUCT("day" DATE, certain INTEGER, possible INTEGER, back INTEGER)[], ahead_from DATE, ahead_to DATE);
-- one row per rule whose counts are whole, with a hash of what it meant and of what the moves rested on
CREATE TABLE IF NOT EXISTS counted_rules (rule VARCHAR, version VARCHAR);

-- One row is a move and a stretch of days in which it was believed of one person, with one status and by the same evidence, from $since on. Reads
-- clusters, move_reviews, moves, profile_moves and reversals. Exists because rules look at moves of people, and profiles tell of them. A reversal is
-- an undated move that its profile undid soon, also undated; two make a pair, and a third counts.
CREATE OR REPLACE TEMP TABLE profiles_changed_since AS
SELECT DISTINCT source, profile FROM profile_moves WHERE known_from >= $since OR known_until >= $since;
INSERT INTO reversals
WITH undated AS (
    SELECT source, profile, move, from_root, to_root, min(observed_on) AS seen_on
    FROM profile_moves SEMI JOIN profiles_changed_since USING (source, profile)
    WHERE NOT stated AND (known_until IS NULL OR known_until > known_from)
    GROUP BY ALL
), ordered AS (
    SELECT *, (to_root IS NOT DISTINCT FROM lag(from_root) OVER of_two) AND seen_on > lag(seen_on) OVER of_two
              AND seen_on - lag(seen_on) OVER of_two <= CAST($undone_within AS INTEGER) AS undoes
    FROM undated
    WINDOW of_two AS (PARTITION BY source, profile, least(from_root, to_root), greatest(from_root, to_root) ORDER BY seen_on, move)
), chains AS (
    SELECT *, sum(CASE WHEN coalesce(undoes, false) THEN 0 ELSE 1 END) OVER (
        PARTITION BY source, profile, least(from_root, to_root), greatest(from_root, to_root) ORDER BY seen_on, move) AS chain
    FROM ordered
), numbered AS (
    SELECT *, row_number() OVER of_chain % 2 = 1 AS first, lead(seen_on) OVER of_chain AS next_on
    FROM chains WINDOW of_chain AS (
        PARTITION BY source, profile, least(from_root, to_root), greatest(from_root, to_root), chain ORDER BY seen_on, move)
)
SELECT source, move, CASE WHEN first THEN next_on ELSE seen_on END AS reversed_on, reversed_on
FROM numbered WHERE reversed_on >= $since;

-- What changes of one profile may change what its person's other profiles tell together with it.
CREATE OR REPLACE TEMP TABLE profiles_of_same_person AS
WITH changed AS (
    SELECT source, profile FROM profiles_changed_since
    UNION SELECT source, profile FROM clusters WHERE known_from >= $since OR known_until >= $since
    UNION SELECT source, profile FROM profile_moves
          WHERE move IN (SELECT move FROM reversals WHERE known_from >= $since
                         UNION ALL SELECT move FROM move_reviews WHERE known_from >= $since OR known_until >= $since)
), now AS (SELECT * FROM clusters WHERE known_until IS NULL OR known_until >= $since)
SELECT DISTINCT one.source, one.profile, other.source AS other_source, other.profile AS other_profile
FROM now AS one JOIN now AS other USING (person)
WHERE one.person IN (SELECT person FROM now SEMI JOIN changed USING (source, profile))
UNION SELECT source, profile, source, profile FROM changed;
CREATE OR REPLACE TEMP TABLE changed_move_rows AS
SELECT rowid AS number FROM profile_moves WHERE known_until >= $since
UNION ALL
SELECT rowid FROM profile_moves
WHERE known_until IS NULL AND (source, profile) IN (SELECT (source, profile) FROM profiles_of_same_person);
CREATE OR REPLACE TEMP TABLE changed_moves AS
SELECT rowid AS number, move, source, profile, stated, status, reason, from_root, from_side, to_root, to_side,
       left_earliest, left_latest, joined_earliest, joined_latest, before_on, observed_on, known_from, known_until,
       (source, profile) IN (SELECT (source, profile) FROM clusters)
       OR move IN (SELECT move FROM reversals UNION SELECT move FROM move_reviews) AS particular
FROM profile_moves
WHERE rowid IN (SELECT number FROM changed_move_rows) AND (known_until IS NULL OR known_until > known_from);

-- Within the stretch of a particular one, its person, status or evidence may change on certain days.
CREATE OR REPLACE TEMP TABLE change_days AS
WITH days AS (
    SELECT source, profile, unnest([known_from, known_until]) AS day FROM changed_moves WHERE particular
    UNION SELECT source, profile, unnest([known_from, known_until]) FROM clusters SEMI JOIN profiles_of_same_person USING (source, profile)
    UNION SELECT source, profile, reversals.known_from FROM changed_moves JOIN reversals USING (source, move)
    UNION SELECT source, profile, unnest([move_reviews.known_from, move_reviews.known_until]) FROM changed_moves JOIN move_reviews USING (move)
), segment_starts AS (
    SELECT number, greatest(known_from, $since) AS day FROM changed_moves WHERE particular
    UNION SELECT number, days.day FROM changed_moves
          JOIN profiles_of_same_person ON profiles_of_same_person.source = changed_moves.source AND profiles_of_same_person.profile = changed_moves.profile
          JOIN days ON days.source = profiles_of_same_person.other_source AND days.profile = profiles_of_same_person.other_profile
          WHERE particular AND days.day > greatest(known_from, $since)
)
SELECT number, day, coalesce(lead(day) OVER (PARTITION BY number ORDER BY day), known_until) AS closes
FROM segment_starts JOIN changed_moves USING (number)
WHERE known_until IS NULL OR day < known_until;
CREATE OR REPLACE TEMP TABLE moves_as_of AS
SELECT change_days.number, change_days.day, change_days.closes, changed_moves.* EXCLUDE (number, status, reason, particular),
       clusters.person IS NOT NULL AS linked,
       coalesce(clusters.person, changed_moves.source || ':' || changed_moves.profile) AS person,
       CASE WHEN changed_moves.status = 'counted' AND reversals.known_from IS NOT NULL THEN 'held' ELSE changed_moves.status END AS status,
       CASE WHEN changed_moves.status <> 'counted' THEN changed_moves.reason
            WHEN reversals.known_from IS NOT NULL
            THEN 'undone without a date: the profile was back on ' || CAST(reversals.reversed_on AS VARCHAR)
            ELSE coalesce(changed_moves.reason, clusters.reason) END AS reason
FROM change_days JOIN changed_moves USING (number)
LEFT JOIN clusters ON clusters.source = changed_moves.source AND clusters.profile = changed_moves.profile
  AND clusters.known_from <= day AND (clusters.known_until IS NULL OR clusters.known_until > day)
LEFT JOIN reversals ON reversals.move = changed_moves.move AND reversals.known_from <= day AND NOT changed_moves.stated;

-- Two profiles of one person tell of one move where they agree on its sides, as far as they know them, and lie near in time:
-- of several the nearest, each way. One that states no day may be as late as profiles are.
CREATE OR REPLACE TEMP TABLE matched_moves AS
WITH near AS (
    SELECT one.number, one.day, one.source, one.profile, one.move, other.number AS other, other.source AS other_source,
           other.profile AS other_profile, other.move AS other_move,
           greatest(one.joined_earliest - other.joined_latest, other.joined_earliest - one.joined_latest, 0) AS gap,
           abs(one.joined_earliest - other.joined_earliest) + abs(one.joined_latest - other.joined_latest) AS distance,
           CASE WHEN one.joined_latest > other.joined_latest THEN NOT one.stated ELSE NOT other.stated END AS later_undated
    FROM moves_as_of AS one JOIN moves_as_of AS other ON one.person = other.person
      AND (one.source <> other.source OR one.profile <> other.profile)
      AND other.day <= one.day AND (other.closes IS NULL OR other.closes > one.day)
    WHERE one.linked AND other.linked AND one.status = 'counted' AND other.status = 'counted'
      AND (one.from_root IS NOT DISTINCT FROM other.from_root AND one.to_root IS NOT DISTINCT FROM other.to_root
           OR one.to_root = other.to_root AND (one.from_root IS NULL OR other.from_root IS NULL)
           OR one.from_root = other.from_root AND (one.to_root IS NULL OR other.to_root IS NULL))
), nearest AS (
    SELECT *, row_number() OVER (PARTITION BY number, day, other_source, other_profile ORDER BY gap, distance, other_move) AS place,
           row_number() OVER (PARTITION BY other, day, source, profile ORDER BY gap, distance, move) AS other_place
    FROM near WHERE gap <= CAST($near AS INTEGER) OR later_undated AND gap <= CAST($lag AS INTEGER)
)
SELECT number, day, other FROM nearest WHERE place = 1 AND other_place = 1;
-- It has the id of the one that was seen first, the dates of the one that tells them best, and both sides if any has them.
CREATE OR REPLACE TEMP TABLE merged_moves AS
WITH members AS (
    SELECT matched_moves.number, matched_moves.day, changed_moves.* EXCLUDE (number) FROM matched_moves JOIN changed_moves ON changed_moves.number = matched_moves.other
    UNION ALL SELECT moves_as_of.number, moves_as_of.day, changed_moves.* EXCLUDE (number) FROM moves_as_of JOIN changed_moves USING (number)
              WHERE (moves_as_of.number, moves_as_of.day) IN (SELECT (number, day) FROM matched_moves)
)
SELECT number, day, list(move ORDER BY observed_on, source, profile, move) AS profile_move_ids,
       first({'before_on': before_on, 'observed_on': observed_on} ORDER BY observed_on, source, profile, move) AS shown,
       first({'left_earliest': left_earliest, 'left_latest': left_latest, 'joined_earliest': joined_earliest, 'joined_latest': joined_latest}
             ORDER BY NOT stated, joined_latest - joined_earliest, left_latest - left_earliest, observed_on, source, profile, move) AS dates,
       first({'root': from_root, 'side': from_side} ORDER BY from_root IS NULL, observed_on, source, profile, move) AS origin,
       first({'root': to_root, 'side': to_side} ORDER BY to_root IS NULL, observed_on, source, profile, move) AS target
FROM members GROUP BY number, day;
CREATE OR REPLACE TEMP TABLE segments AS
WITH reviews AS (
    -- What an analyst says of one is said of all that tell of the same move.
    SELECT number, day, arg_max({'verdict': verdict, 'reason': reason}, (move_reviews.known_from, move_reviews.move)) AS review
    FROM (SELECT number, day, move FROM moves_as_of UNION SELECT number, day, unnest(profile_move_ids) FROM merged_moves) AS said
    JOIN move_reviews ON move_reviews.move = said.move AND move_reviews.known_from <= day AND (move_reviews.known_until IS NULL OR move_reviews.known_until > day)
    GROUP BY number, day
), contents AS (
    SELECT number, move, day, known_until, known_from < $since AS taken_up, {
           'person': person, 'profile_move_ids': profile_move_ids,
           'status': CASE review.verdict WHEN 'false' THEN 'false' WHEN 'confirmed' THEN 'counted' ELSE status END,
           'reason': CASE WHEN review IS NULL THEN reason ELSE review.reason END,
           'from_root': CASE WHEN origin IS NULL THEN from_root ELSE origin.root END,
           'from_side': CASE WHEN origin IS NULL THEN from_side ELSE origin.side END,
           'to_root': CASE WHEN target IS NULL THEN to_root ELSE target.root END,
           'to_side': CASE WHEN target IS NULL THEN to_side ELSE target.side END,
           'left_earliest': coalesce(dates.left_earliest, left_earliest), 'left_latest': coalesce(dates.left_latest, left_latest),
           'joined_earliest': coalesce(dates.joined_earliest, joined_earliest), 'joined_latest': coalesce(dates.joined_latest, joined_latest),
           'before_on': CASE WHEN shown IS NULL THEN before_on ELSE shown.before_on END,
           'observed_on': coalesce(shown.observed_on, observed_on)} AS content
    FROM moves_as_of LEFT JOIN merged_moves USING (number, day) LEFT JOIN reviews USING (number, day)
), before AS (
    SELECT move, {'person': person, 'profile_move_ids': profile_move_ids, 'status': status, 'reason': reason,
           'from_root': from_root, 'from_side': from_side, 'to_root': to_root, 'to_side': to_side,
           'left_earliest': left_earliest, 'left_latest': left_latest, 'joined_earliest': joined_earliest, 'joined_latest': joined_latest,
           'before_on': before_on, 'observed_on': observed_on} AS content
    FROM moves WHERE known_until IS NULL AND move IN (SELECT move FROM contents WHERE taken_up)
), ordered AS (
    SELECT contents.*, row_number() OVER of_one = 1 AS first, lag(content) OVER of_one AS last
    FROM contents WINDOW of_one AS (PARTITION BY number ORDER BY day)
), changes AS (
    SELECT ordered.*, CASE WHEN NOT first THEN (ordered.content IS NOT DISTINCT FROM last)
                           ELSE taken_up AND before.move IS NOT NULL AND (ordered.content IS NOT DISTINCT FROM before.content) END AS same
    FROM ordered LEFT JOIN before ON before.move = ordered.move
)
SELECT number, move, content, day AS opens, true AS fresh,
       coalesce(lead(day) OVER (PARTITION BY number ORDER BY day), known_until) AS closes
FROM changes WHERE NOT same
UNION ALL
SELECT number, move, {'person': source || ':' || profile, 'profile_move_ids': NULL, 'status': status, 'reason': reason,
           'from_root': from_root, 'from_side': from_side, 'to_root': to_root, 'to_side': to_side,
           'left_earliest': left_earliest, 'left_latest': left_latest, 'joined_earliest': joined_earliest, 'joined_latest': joined_latest,
           'before_on': before_on, 'observed_on': observed_on}, known_from, known_from >= $since, known_until
FROM changed_moves WHERE NOT particular;

UPDATE moves SET known_until = ended.day
FROM (SELECT move, min(day) AS day FROM (
          SELECT move, opens AS day FROM segments WHERE fresh UNION ALL SELECT move, closes FROM segments
          UNION ALL SELECT move, known_until FROM changed_moves)
      WHERE day >= $since GROUP BY move) AS ended
WHERE moves.move = ended.move AND moves.known_until IS NULL;
INSERT INTO moves
SELECT (SELECT coalesce(max(version), 0) FROM moves)
         + row_number() OVER (ORDER BY opens, source, profile, segments.move) AS version,
       segments.move, source, profile, content.person, name, url, content.from_root, content.from_side, content.to_root, content.to_side,
       content.left_earliest, content.left_latest, content.joined_earliest, content.joined_latest,
       content.before_on, content.observed_on, baseline,
       content.status, content.reason, occurrence, content.profile_move_ids, opens, closes
FROM segments JOIN profile_moves ON profile_moves.rowid = segments.number
WHERE fresh
ORDER BY version;
DELETE FROM facts WHERE name = 'stale_from';

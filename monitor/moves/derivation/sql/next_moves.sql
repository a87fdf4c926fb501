-- One row is a move that follows from the tenures that changed; `pair_candidates` has those believed so far (a) beside those that follow (b) between the
-- same two organisations. Reads chosen_pairs, judged, next_tenures, profile_moves, relabelled_tenures, revised_profiles, roots, sides and
-- tenure_sequence. Exists because a move that goes on keeps its id.
CREATE OR REPLACE TEMP TABLE placeholder_tenures AS
SELECT profile, NOT ended AS begun_today FROM next_tenures JOIN revised_profiles USING (profile)
WHERE pseudo AND begun AND CASE WHEN ended THEN NOT listed AND leave_shown_on = day AND end_earliest IS NULL
                                ELSE join_shown_on = day AND start_earliest IS NULL END;
-- A job without a date, beside which others go on, or of a profile that never told of one that ended, may have been one for long. What was made of
-- it at first sight stays.
CREATE OR REPLACE TEMP TABLE seen_without_job AS
WITH known_arrivals AS (
    SELECT profile, to_root AS root, joined_latest, max(joined_earliest) AS since FROM profile_moves
    WHERE source = $source AND known_until IS NULL AND from_root IS NULL AND NOT stated AND profile IN (SELECT profile FROM revised_profiles)
    GROUP BY ALL
)
SELECT joiner.profile, joiner.tenure
FROM tenure_sequence AS joiner
LEFT JOIN known_arrivals ON known_arrivals.profile = joiner.profile AND known_arrivals.root = joiner.root AND known_arrivals.joined_latest = joiner.joined_latest
LEFT JOIN next_tenures AS other ON other.profile = joiner.profile AND other.tenure <> joiner.tenure AND other.begun
WHERE joiner.joined_earliest IS NOT NULL AND NOT joiner.join_stated
GROUP BY joiner.profile, joiner.tenure, joiner.joined_earliest, known_arrivals.since
HAVING CASE WHEN known_arrivals.since IS NOT NULL THEN known_arrivals.since >= joiner.joined_earliest
            ELSE bool_or(other.ended AND other.left_latest <= joiner.joined_latest)
             AND NOT bool_or(NOT other.pseudo AND coalesce(other.join_shown_on < joiner.join_shown_on, true)
                             AND (NOT other.ended OR other.left_latest > joiner.joined_latest)) END;
CREATE OR REPLACE TEMP TABLE next_moves AS
WITH leavers AS (
    SELECT profile, tenure, day AS shown_on, latest AS from_side, left_root AS from_tenure_root, organization_ids AS from_ids, left_earliest AS l1, left_latest AS l2,
           leave_stated, corrected_by, (root_after IS NOT DISTINCT FROM root) AS returns,
           CASE WHEN NOT listed AND NOT leave_stated THEN 'in place'
                WHEN leave_stated AND leave_shown_on = day THEN 'dated'
                WHEN leave_stated THEN 'told' END AS manner
    FROM tenure_sequence WHERE ended AND left_earliest IS NOT NULL
), joiners AS (
    SELECT profile, tenure, tenure AS to_tenure, entered AS to_side, root AS to_tenure_root, organization_ids AS to_ids, joined_earliest AS j1, joined_latest AS j2, left_latest AS target_left_latest,
           join_stated, (root_before IS NOT DISTINCT FROM root) AS returned,
           NOT join_stated AND join_shown_on = day AS joined_in_place
    FROM tenure_sequence WHERE joined_earliest IS NOT NULL
), partners AS (
    SELECT leavers.profile, leavers.* EXCLUDE (profile, tenure), chosen_pairs.b
    FROM leavers LEFT JOIN chosen_pairs ON chosen_pairs.profile = leavers.profile AND chosen_pairs.a = leavers.tenure
), both_halves AS (
    SELECT coalesce(partners.profile, joiners.profile) AS profile,
           partners.* EXCLUDE (profile, b), joiners.* EXCLUDE (profile, tenure)
    FROM partners FULL JOIN joiners ON joiners.profile = partners.profile AND joiners.tenure = partners.b
), dates AS (
    -- Each date falls back on the other side's, then on the observation.
    SELECT profile, shown_on, from_side, to_side, from_tenure_root, to_tenure_root, from_ids, to_ids, target_left_latest, corrected_by,
           CASE WHEN l1 IS NULL OR (NOT leave_stated AND join_stated) THEN j1 ELSE l1 END AS left_earliest,
           CASE WHEN l1 IS NULL OR (NOT leave_stated AND join_stated) THEN j2 ELSE l2 END AS left_latest,
           CASE WHEN j1 IS NULL OR (NOT join_stated AND leave_stated) THEN l1 ELSE j1 END AS joined_earliest,
           CASE WHEN j1 IS NULL OR (NOT join_stated AND leave_stated) THEN l2 ELSE j2 END AS joined_latest,
           coalesce(leave_stated, false) OR coalesce(join_stated, false) AS stated,
           -- A return after a gap is no move; a departure that was believed before the return stays.
           j1 IS NULL AND returns AS only_if_known,
           CASE WHEN l1 IS NOT NULL AND j1 IS NOT NULL THEN manner END AS manner,
           -- What stood in the place of a pseudo employer, or the other way round, without a date.
           CASE WHEN j1 IS NULL AND manner = 'in place' AND profile IN (SELECT profile FROM placeholder_tenures WHERE begun_today) THEN 'emptied'
                WHEN l1 IS NULL AND joined_in_place AND profile IN (SELECT profile FROM placeholder_tenures WHERE NOT begun_today) THEN 'filled' END AS placeholder,
           coalesce(l1 IS NULL AND NOT join_stated AND (profile, to_tenure) NOT IN (SELECT (profile, tenure) FROM seen_without_job), false) AS open_start
    FROM both_halves
    WHERE l1 IS NOT NULL OR NOT returned
), resolved AS (
    SELECT dates.* EXCLUDE (from_tenure_root, to_tenure_root),
           coalesce(from_roots.root, from_tenure_root) AS from_root,
           coalesce(to_roots.root, to_tenure_root) AS to_root
    FROM dates
    LEFT JOIN sides AS from_ ON from_.side = dates.from_side
    LEFT JOIN sides AS to_ ON to_.side = dates.to_side
    LEFT JOIN roots AS from_roots ON from_roots.unit = from_.unit
      AND left_latest >= coalesce(from_roots.starts, DATE '0001-01-01') AND left_latest < coalesce(from_roots.ends, DATE '9999-12-31')
    LEFT JOIN roots AS to_roots ON to_roots.unit = to_.unit
      AND joined_latest >= coalesce(to_roots.starts, DATE '0001-01-01') AND joined_latest < coalesce(to_roots.ends, DATE '9999-12-31')
), decided AS (
    -- Of these the operator decided that they are two, from a day on.
    SELECT flow[1] AS from_root, flow[2] AS to_root, min(CAST(flow[3] AS DATE)) AS since
    FROM (SELECT unnest(CAST($real AS VARCHAR[][])) AS flow) GROUP BY ALL
)
SELECT * EXCLUDE (lagging, target_left_latest, from_ids, to_ids, shown_on, since)
           -- What a backlog day showed without a date may have happened at any time before, and so may an open start.
           REPLACE (left_earliest - lagging AS left_earliest, joined_earliest - lagging AS joined_earliest,
                    -- Nobody comes after the end at the destination.
                    CASE WHEN target_left_latest >= joined_earliest THEN least(joined_latest, target_left_latest) ELSE joined_latest END AS joined_latest),
       row_number() OVER (ORDER BY profile, joined_earliest, joined_latest, left_earliest, from_root, to_root) AS num
FROM (
    SELECT *, CASE WHEN open_start OR NOT stated AND left_latest = joined_latest AND left_latest IN (
                       SELECT observed_on FROM judged WHERE source = $source AND backlog)
                   THEN CAST($lag AS INTEGER) ELSE 0 END AS lagging
    FROM resolved LEFT JOIN decided USING (from_root, to_root))
-- Inside one organisation nobody moved, as when one bought the other before the day of the move, or both names stand beside one id of the source and
-- nobody decided otherwise.
WHERE from_root IS DISTINCT FROM to_root AND (NOT share_an_id(from_ids, to_ids) OR coalesce(since <= shown_on, false));

CREATE OR REPLACE TEMP TABLE profile_move_rows AS
SELECT rowid AS number, known_until FROM profile_moves
WHERE source = $source AND profile IN (SELECT profile FROM revised_profiles);
CREATE OR REPLACE TEMP TABLE believed_moves AS
SELECT *, row_number() OVER (ORDER BY profile, move) AS num
FROM (SELECT rowid AS number, move, profile, from_root, from_side, to_root, to_side, left_earliest, left_latest,
             joined_earliest, joined_latest, before_on, observed_on, baseline, stated, status, reason, occurrence
      FROM profile_moves WHERE rowid IN (SELECT number FROM profile_move_rows WHERE known_until IS NULL));
DELETE FROM chosen_pairs;
CREATE OR REPLACE TEMP TABLE pair_candidates AS
SELECT DISTINCT believed_moves.profile, believed_moves.num AS a, next_moves.num AS b,
       abs(believed_moves.joined_earliest - next_moves.joined_earliest) AS k1,
       abs(believed_moves.left_earliest - next_moves.left_earliest) AS k2,
       believed_moves.occurrence AS k3
FROM believed_moves
-- Where a tenure got another name, the moves from it and to it got it too, and stay what they are, first seen when they were.
LEFT JOIN relabelled_tenures AS former ON former.profile = believed_moves.profile AND former.old_root = believed_moves.from_root
LEFT JOIN relabelled_tenures AS latter ON latter.profile = believed_moves.profile AND latter.old_root = believed_moves.to_root
JOIN next_moves ON next_moves.profile = believed_moves.profile
  AND (next_moves.from_root IS NOT DISTINCT FROM believed_moves.from_root OR next_moves.from_root = former.new_root)
  AND (next_moves.to_root IS NOT DISTINCT FROM believed_moves.to_root OR next_moves.to_root = latter.new_root);

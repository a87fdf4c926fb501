-- One row is a changed profile that says where its person is; with what it shows in the place of a job, if it lists none. Reads employment_kinds,
-- listed_positions, previous_tenures and stated_tenures. Exists because a profile that lists nothing says nothing: nobody has left by it. One that
-- lists a position without an organisation, or only roles that are no job, says that the jobs before are over. Schools stay listed when a source
-- loses the jobs.
CREATE OR REPLACE TEMP TABLE speaking_profiles AS
WITH jobless AS (
    SELECT profile, organization, listed_positions.title, ordinal
    FROM listed_positions
    JOIN employment_kinds ON employment_kinds.kind IS NOT DISTINCT FROM listed_positions.kind AND employment_kinds.title IS NOT DISTINCT FROM listed_positions.title
    WHERE profile NOT IN (SELECT profile FROM stated_tenures) AND profile IN (SELECT profile FROM previous_tenures)
      AND CASE WHEN organization IS NULL THEN employment ELSE coalesce(lower(trim(listed_positions.kind)) NOT IN ('education', 'other'), true) END
)
SELECT DISTINCT profile, CAST(NULL AS VARCHAR) AS instead FROM stated_tenures
UNION ALL
SELECT profile, CASE WHEN bool_or(organization IS NULL) THEN 'the profile names no employer any more'
                     ELSE 'the profile lists only what is no job: ' || arg_min(concat_ws(' at ', title, organization), ordinal) END
FROM jobless GROUP BY profile;
DELETE FROM changed_profiles WHERE profile NOT IN (SELECT profile FROM speaking_profiles) AND NOT still;

-- One row is how many people who were somewhere are nowhere any more where they were, without a date, and went in all directions. Reads
-- changed_profiles, previous_tenures, speaking_profiles and stated_tenures. Exists because a source that mixes its rows up has not lost its people.
WITH was AS (
    SELECT profile, root FROM previous_tenures
    WHERE begun AND NOT ended AND NOT pseudo AND profile IN (SELECT profile FROM changed_profiles WHERE still)
      AND profile IN (SELECT profile FROM speaking_profiles)
), kept AS (
    SELECT was.profile FROM was JOIN stated_tenures USING (profile, root) WHERE NOT stated_tenures.over OR stated_tenures.e1 IS NOT NULL
), gone AS (
    SELECT profile, min(root) AS from_root FROM was WHERE profile NOT IN (SELECT profile FROM kept) GROUP BY profile
), flows AS (
    SELECT from_root, to_root, count(*) AS people FROM (
        SELECT gone.profile, gone.from_root, min(stated_tenures.root) FILTER (NOT stated_tenures.over) AS to_root
        FROM gone LEFT JOIN stated_tenures USING (profile) GROUP BY ALL)
    GROUP BY ALL
)
SELECT CAST(coalesce(sum(people) FILTER (to_root IS NULL OR people < $people OR people < $share * of_all), 0) AS BIGINT)
FROM (SELECT *, sum(people) OVER (PARTITION BY from_root) AS of_all FROM flows);

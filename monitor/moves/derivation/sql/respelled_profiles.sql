-- One row is a profile of the snapshot $before whose id the snapshot $after writes otherwise, with both ids; the last part returns how many there
-- are. Reads compared_profiles, $before and $after. Exists because an id that is written otherwise is the same. Ids that differ by
-- case alone and are no address need one name as well, and two ids of one snapshot are two profiles.
CREATE OR REPLACE TEMP TABLE respelled_profiles AS
WITH vanished AS (
    SELECT profile AS former, spelling_of(profile) AS spelling FROM compared_profiles WHERE vanished
), there AS (
    SELECT profile AS latter, spelling_of(profile) AS spelling FROM compared_profiles WHERE NOT vanished
), pairs AS (
    SELECT former, latter, spelling FROM vanished JOIN there USING (spelling)
), named AS (
    -- Ids that are names, of which one snapshot has the common form and the other what was written.
    SELECT former, latter
    FROM (SELECT unnest(CAST($formers AS VARCHAR[])) AS former, unnest(CAST($latters AS VARCHAR[])) AS latter)
    WHERE former IN (SELECT former FROM vanished) AND latter IN (SELECT latter FROM there)
), ids AS (
    SELECT 'before' AS side, id, name, spelling_of(id) AS spelling FROM read_parquet($before)
    UNION ALL SELECT 'after', id, name, spelling_of(id) FROM read_parquet($after)
), spellings AS (
    SELECT spelling, first(name) FILTER (side = 'before') AS former_name, first(name) FILTER (side = 'after') AS latter_name
    FROM ids SEMI JOIN pairs USING (spelling)
    GROUP BY spelling HAVING count(*) FILTER (side = 'before') = 1 AND count(*) FILTER (side = 'after') = 1
)
SELECT former, latter FROM named
UNION ALL
SELECT former, latter FROM pairs JOIN spellings USING (spelling)
WHERE (lower(former) <> lower(latter) OR contains(former, '/')
   OR former_name IS NULL OR latter_name IS NULL OR spelling_of(former_name) = spelling_of(latter_name))
  AND former NOT IN (SELECT former FROM named) AND latter NOT IN (SELECT latter FROM named);
SELECT count(*) FROM respelled_profiles;

-- One row is a profile and an organisation that the source listed beside another one of the profile before $day, as it did for nearly all there.
-- Reads holds and next_tenures. Exists because the person went neither there nor from there, so such a tenure is no step of a life.
CREATE OR REPLACE TEMP TABLE second_tenures AS
SELECT DISTINCT beside.profile, beside.root
FROM holds JOIN next_tenures AS beside ON beside.root = holds.to_root AND beside.start_earliest IS NULL
JOIN next_tenures AS host ON host.profile = beside.profile AND host.root = holds.from_root AND host.begun
WHERE holds.source = $source AND holds.observed_on < $day AND holds.kind = 'second';

-- One row is a pair of groups that exchanged people in the blocks $first to $last, with how many (`seen`) and how many the sizes of both say, block by
-- block. Reads usual_days and usual_sides. Exists because what pairs teach about chance, and how many chance reaches, follows from these.
CREATE OR REPLACE TEMP TABLE usual_pairs AS
SELECT origin, target, seen, list_inner_product(origins.by_quarter, targets.share) AS by_size
FROM (SELECT origin, target, count(*) AS seen FROM usual_days
      WHERE origin IS NOT NULL AND target IS NOT NULL AND quarter BETWEEN $first AND $last AND counts_within(earliest, latest, again_pair, block_since, latest)
      GROUP BY ALL) AS exchanged
JOIN usual_sides AS origins ON origins.key = origin JOIN usual_sides AS targets ON targets.key = target;

-- unmatched_candidate_count.sql, one row: how many candidates are left to be paired.
SELECT count(*) FROM pair_candidates;

-- One row is how many candidates are left to be paired. Reads pair_candidates. Exists because matching ends when there is none.
SELECT count(*) FROM pair_candidates;

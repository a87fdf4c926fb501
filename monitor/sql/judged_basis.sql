-- judged_basis.sql, one row per judged snapshot: what the moves known from its day on rest on.
SELECT source, observed_on, substr(md5(fingerprint || verdict), 1, 8) FROM judged ORDER BY source, observed_on;

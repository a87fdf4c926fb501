-- One row is how many profiles of the last accepted snapshot the new one lacks: without a word, and because the source shows no profile of them, as it
-- says. Reads compared_profiles. Exists because a snapshot that lacks too many without a word is suspect.
SELECT count(*) FILTER (WHERE NOT list_contains(CAST($absent AS VARCHAR[]), profile)),
       count(*) FILTER (WHERE list_contains(CAST($absent AS VARCHAR[]), profile))
FROM compared_profiles WHERE vanished;

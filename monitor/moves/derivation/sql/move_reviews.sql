-- One row is an analyst's review of a move, and a stretch of days in which it held. Reads move_reviews. Exists because the state database is told
-- from which day on reviews changed.
SELECT move, verdict, reason, known_from, known_until FROM move_reviews;

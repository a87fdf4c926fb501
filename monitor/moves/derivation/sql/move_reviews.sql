-- move_reviews.sql, one row per judgement of an analyst on a move, and stretch of days in which it held.
SELECT move, verdict, reason, known_from, known_until FROM move_reviews;

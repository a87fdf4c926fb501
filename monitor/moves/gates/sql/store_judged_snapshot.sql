-- store_judged_snapshot.sql, adds the row of one judged snapshot.
INSERT INTO judged VALUES ($source, $day, $fingerprint, $profiles, $rejected, $verdict, $reasons, $agreeing, $filled, $undated, $days, $backlog);

-- Adds the row of one judged snapshot. Reads nothing. Exists because a snapshot is judged once, as it stood among the others.
INSERT INTO judged VALUES ($source, $day, $fingerprint, $profiles, $rejected, $verdict, $reasons, $agreeing, $filled, $undated, $days, $backlog,
                           $known, $missing, $after_days, $may_miss, $may_miss_because, $may_miss_at_once,
                           $rewritten, $employed);

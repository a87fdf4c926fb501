-- judged_snapshots.sql, one row per judged snapshot, in order of source and day.
SELECT source, observed_on, profiles, rejected, verdict, reasons FROM judged ORDER BY source, observed_on;

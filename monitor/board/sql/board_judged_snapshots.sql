-- One row is a judged snapshot, in order of source and day. Reads board_snapshots. Exists because commands say of each snapshot whether it speaks.
SELECT source, observed_on, profiles, rejected, verdict, reasons FROM board_snapshots ORDER BY source, observed_on;

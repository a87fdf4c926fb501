-- One row is a judged snapshot, in order of source and day. Reads judged. Exists because commands and notices say of each snapshot whether it speaks.
SELECT source, observed_on, profiles, rejected, verdict, reasons FROM judged ORDER BY source, observed_on;

-- One row is a source with the usual number of days between two of its snapshots. Reads board_gaps. Exists because `status` says when one is late.
SELECT source, days FROM board_gaps ORDER BY source;

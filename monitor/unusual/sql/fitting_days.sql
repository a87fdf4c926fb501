-- One row is a calendar quarter, with the first day in it on which a snapshot was accepted. Reads judged. Exists because what is usual is learnt anew on
-- that day.
SELECT CAST(date_trunc('quarter', observed_on) AS DATE) AS begins, min(observed_on) AS day FROM judged WHERE verdict IN ('accepted', 'baseline') GROUP BY begins ORDER BY begins;

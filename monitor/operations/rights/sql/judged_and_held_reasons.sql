-- One row is a look with a reason why it is suspect, or why moves that it shows are held. Reads holds and judged. Exists because a reason that names
-- somebody who is erased is made again.
SELECT source, observed_on, unnest(reasons) AS reason FROM judged
UNION ALL SELECT source, observed_on, reason FROM holds;

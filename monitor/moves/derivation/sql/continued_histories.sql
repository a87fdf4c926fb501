-- One row is a profile that vanished in this comparison and a new one that goes on with its history: under one name, or as one of the pairs $formers and
-- $latters, whose names are two ways to write one. Reads continuation_candidates. Exists because Python compares names.
CREATE OR REPLACE TEMP TABLE continued_histories AS
SELECT former, latter FROM continuation_candidates WHERE is_named_alike
UNION
SELECT unnest(CAST($formers AS VARCHAR[])), unnest(CAST($latters AS VARCHAR[]));

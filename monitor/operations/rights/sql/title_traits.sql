-- One row is a title of $titles, whether it is a job where its position has no kind, and its rank. Reads nothing. Exists because both stay known when
-- the title goes.
SELECT title, is_employment(NULL, words, CAST($side_roles AS VARCHAR[])) AS employment, seniority_of(title) AS seniority
FROM (SELECT title, title_words(title) AS words FROM (SELECT unnest(CAST($titles AS VARCHAR[])) AS title)) ORDER BY title;

-- One row is a tested window, with how many people were known at its origins while it lasted. Reads origin_questions and tenures. Exists because where
-- nearly all people of an organisation go one way, it may be the organisation that went.
SELECT number, CAST(count(DISTINCT source || ':' || profile) AS BIGINT) AS people
FROM origin_questions JOIN tenures USING (root)
WHERE begun AND known_from <= day AND (known_until IS NULL OR known_until > day) AND (NOT ended OR left_latest > since)
GROUP BY number ORDER BY number;

-- One row is an organisation that grew or shrank in the three newest months, with who is there, who was there before, and how many were there in each of
-- the last two years' months (trend, separated by commas), those that changed most first. Reads board_months. Exists because the overview shows them.
WITH newest AS (
    SELECT max(month) AS month FROM board_months
), ordered AS (
    SELECT organization, board_months.month, people, newest.month AS newest
    FROM board_months, newest
    WHERE board_months.month > date(newest.month, '-24 months')
    ORDER BY organization, board_months.month
), summed AS (
    SELECT organization,
           coalesce(max(people) FILTER (WHERE month = newest), 0) AS people,
           coalesce(max(people) FILTER (WHERE month = date(newest, '-3 months')), 0) AS people_before,
           group_concat(people) AS trend
    FROM ordered GROUP BY organization
)
SELECT organization, people, people_before, trend
FROM summed WHERE people <> people_before
ORDER BY abs(people - people_before) DESC, organization
LIMIT $most;

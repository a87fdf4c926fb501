-- One row is an organisation with who is there in the newest month, who was there three and twelve months before, who came and went in the twelve newest
-- months, and how many were there in each of the last two years' months (trend, separated by commas). Reads board_months. Exists because publications keep
-- it, so that no page sums up the months of every organisation.
WITH newest AS (
    SELECT max(month) AS month FROM board_months
), ordered AS (
    SELECT organization, board_months.month, people, at_most, came, went, newest.month AS newest
    FROM board_months, newest
    WHERE board_months.month > date(newest.month, '-24 months')
    ORDER BY organization, board_months.month
)
SELECT organization,
       coalesce(max(people) FILTER (WHERE month = newest), 0) AS people, coalesce(max(at_most) FILTER (WHERE month = newest), 0) AS at_most,
       coalesce(max(people) FILTER (WHERE month = date(newest, '-3 months')), 0) AS people_a_quarter_before,
       coalesce(max(people) FILTER (WHERE month = date(newest, '-12 months')), 0) AS people_a_year_before,
       coalesce(sum(came) FILTER (WHERE month > date(newest, '-12 months')), 0) AS came,
       coalesce(sum(went) FILTER (WHERE month > date(newest, '-12 months')), 0) AS went,
       group_concat(people) AS trend
FROM ordered GROUP BY organization;

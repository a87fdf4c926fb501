-- One row is an organisation with who is there, who came and went in the twelve newest months, and how many were there in each of the last two years'
-- months (trend, separated by commas), the largest first. Reads board_months, board_names and board_units. Exists because a page lists them.
-- $pattern is a pattern for what it is called. The page begins after the organisation of $after, which has $after_people.
WITH newest AS (
    SELECT max(month) AS month FROM board_months
), ordered AS (
    SELECT organization, board_months.month, people, at_most, came, went, newest.month AS newest
    FROM board_months, newest
    WHERE board_months.month > date(newest.month, '-24 months')
    ORDER BY organization, board_months.month
), summed AS (
    SELECT organization,
           coalesce(max(people) FILTER (WHERE month = newest), 0) AS people, coalesce(max(at_most) FILTER (WHERE month = newest), 0) AS at_most,
           coalesce(max(people) FILTER (WHERE month = date(newest, '-12 months')), 0) AS people_before,
           coalesce(sum(came) FILTER (WHERE month > date(newest, '-12 months')), 0) AS came,
           coalesce(sum(went) FILTER (WHERE month > date(newest, '-12 months')), 0) AS went,
           group_concat(people) AS trend
    FROM ordered GROUP BY organization
)
SELECT organization, people, at_most, people_before, came, went, trend
FROM summed
WHERE ($pattern IS NULL OR organization IN (SELECT unit FROM board_units WHERE lower(name) LIKE $pattern ESCAPE '\'
                                         UNION SELECT unit FROM board_names WHERE lower(organization) LIKE $pattern ESCAPE '\'))
  AND ($after IS NULL OR people < $after_people OR (people = $after_people AND organization > $after))
ORDER BY people DESC, organization
LIMIT coalesce($most, -1);

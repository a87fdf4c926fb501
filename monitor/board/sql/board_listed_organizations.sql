-- One row is an organisation with who is there, who came and went in the twelve newest months, and how many were there in each of the last two years'
-- months (trend, separated by commas), the largest first. Reads board_names, board_organizations and board_units. Exists because a page lists them.
-- $pattern is a pattern for what it is called. The page begins after the organisation of $after, which has $after_people.
SELECT organization, people, at_most, people_a_year_before AS people_before, came, went, trend
FROM board_organizations
WHERE ($pattern IS NULL OR organization IN (SELECT unit FROM board_units WHERE lower(name) LIKE $pattern ESCAPE '\'
                                         UNION SELECT unit FROM board_names WHERE lower(organization) LIKE $pattern ESCAPE '\'))
  AND ($after IS NULL OR people < $after_people OR (people = $after_people AND organization > $after))
ORDER BY people DESC, organization
LIMIT coalesce($most, -1);

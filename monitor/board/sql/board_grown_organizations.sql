-- One row is an organisation that grew or shrank in the three newest months, with who is there, who was there before, and how many were there in each of
-- the last two years' months (trend, separated by commas), those that changed most first. Reads board_organizations. Exists because the overview shows
-- them.
SELECT organization, people, people_a_quarter_before AS people_before, trend
FROM board_organizations WHERE people <> people_a_quarter_before
ORDER BY abs(people - people_a_quarter_before) DESC, organization
LIMIT $most;

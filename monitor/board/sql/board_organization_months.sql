-- One row is a month of an organisation with who was there at its end, came and went. Reads board_months. Exists because an organisation's page draws
-- them.
SELECT month, people, at_most, came, went FROM board_months WHERE organization = $organization ORDER BY month;

-- One row is the days, the looks and the days of belief that moves of one source have in common, with how many they are. What has no date of its own
-- lies between two looks, and is known from the second on. Reads moves. Exists because there are far fewer of them than moves, and delays and past
-- windows are counted for many days.
CREATE OR REPLACE TEMP TABLE move_days AS
SELECT source, joined_earliest AS earliest, joined_latest AS latest, before_on, observed_on, known_from, known_until, count(*) AS moves,
       joined_latest <> observed_on OR before_on IS NULL OR joined_earliest <> before_on + 1 AS dated
FROM moves WHERE status = 'counted' AND from_root IS NOT NULL AND to_root IS NOT NULL
GROUP BY ALL;

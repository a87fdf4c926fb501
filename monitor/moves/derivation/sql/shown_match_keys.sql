-- One row is a match key that a changed profile shows, whether it showed it before or not. Reads shown_profile_names and
-- stated_tenures. Exists because profiles of one person are found by what they have in common. A dated history is one text: equal for equal organisations
-- and dates, in whatever order and words they are written.
CREATE OR REPLACE TEMP TABLE shown_match_keys AS
WITH named_profiles AS (
    SELECT profile, url, same_as,
           -- Where the name is the id, or none, it tells nothing.
           CASE WHEN trim(name) <> '' AND name <> profile THEN plain_name(name) END AS name
    FROM shown_profile_names
    -- Who was erased is compared with nobody: with whom they were one person is kept.
    WHERE NOT is_number(profile)
), dates AS (
    SELECT profile, sum(bits(earliest, latest)) AS bits FROM (
        SELECT DISTINCT profile, s1 AS earliest, s2 AS latest FROM stated_tenures WHERE NOT pseudo
        UNION SELECT profile, e1, e2 FROM stated_tenures WHERE NOT pseudo)
    GROUP BY profile
), histories AS (
    -- A third organisation and each further one tells four bits more.
    SELECT profile, any_value(dates.bits) + 4 * greatest(count(DISTINCT root) - 2, 0) AS bits, count(DISTINCT root) AS organizations,
           md5(string_agg(concat_ws('|', root, coalesce(CAST(s1 AS VARCHAR), ''), coalesce(CAST(s2 AS VARCHAR), ''),
                                    coalesce(CAST(e1 AS VARCHAR), ''), coalesce(CAST(e2 AS VARCHAR), ''), over),
                          chr(31) ORDER BY root, s1, s2, e1, e2, over)) AS history
    FROM stated_tenures JOIN dates USING (profile) WHERE NOT pseudo GROUP BY profile
), keys_of_profiles AS (
    -- The less a history tells, the more the name has to: two strangers may have gone the same way in the same months.
    SELECT profile, CASE WHEN bits >= 11 THEN 'history' ELSE 'short history' END AS kind, history || ' ' || name AS match_key, name
    FROM histories JOIN named_profiles USING (profile) WHERE name IS NOT NULL AND bits >= 2
    UNION ALL
    SELECT profile, CASE WHEN bits >= 24 AND organizations >= 2 THEN 'history' ELSE 'short history' END, history, name
    FROM histories JOIN named_profiles USING (profile) WHERE name IS NULL AND bits >= 12
    UNION ALL
    SELECT DISTINCT profile, 'history', history || ' ~ ' || unnest([string_split(name, ' ')[1], string_split(name, ' ')[-1]]), name
    FROM histories JOIN named_profiles USING (profile) WHERE name IS NOT NULL AND bits >= 24 AND organizations >= 2
    UNION ALL
    SELECT profile, 'history', history || ' *', name
    FROM histories JOIN named_profiles USING (profile) WHERE bits >= 40 AND organizations >= 3
    UNION ALL
    -- One stay of which both days are known, or a day and a month, is as much, however the rest was edited since.
    SELECT profile, 'history', concat_ws('|', root, s1, s2, e1, e2, name), name
    FROM stated_tenures JOIN named_profiles USING (profile)
    WHERE name IS NOT NULL AND NOT pseudo AND over AND least(bits(s1, s2), bits(e1, e2)) >= 6 AND bits(s1, s2) + bits(e1, e2) >= 17
    UNION ALL
    SELECT profile, 'page', spelling_of(url), name
    FROM named_profiles WHERE name IS NOT NULL AND trim(url) <> ''
    UNION ALL
    -- What has no namespace is an id at the same source; what has one may be either.
    SELECT profile, 'stated', key, coalesce(name, profile) FROM (
        SELECT profile, name, unnest(CASE WHEN contains(alias, ':') THEN [alias, $source || ':' || alias]
                                          ELSE [$source || ':' || alias] END) AS key
        FROM (SELECT profile, name, trim(unnest(same_as)) AS alias FROM named_profiles) WHERE alias <> '')
    WHERE key <> $source || ':' || profile
)
SELECT DISTINCT profile, kind, match_key, hash(kind, match_key) AS digest, name FROM keys_of_profiles;

-- Adds a match key for each move that the looks from $since to $day show without a date. Reads profile_moves and sides. Exists because two profiles of one full
-- name that leave one title for one other at one look are hardly two people.
INSERT INTO match_keys
SELECT $source, profile, 'step', match_key, hash('step', match_key), name, day, NULL FROM (
    SELECT DISTINCT profile, name, day, concat_ws('|', from_side, to_side, day, name) AS match_key FROM (
        SELECT profile, known_from AS day, from_side, to_side, lower(strip_accents(trim(regexp_replace(profile_moves.name, '\s+', ' ', 'g')))) AS name
        FROM profile_moves
        JOIN sides AS origin ON origin.side = from_side
        JOIN sides AS target ON target.side = to_side
        WHERE source = $source AND known_from BETWEEN $since AND $day AND observed_on = known_from AND NOT stated AND NOT baseline
          AND origin.title <> '' AND target.title <> '')
    WHERE contains(name, ' '))
ORDER BY day, profile, match_key;

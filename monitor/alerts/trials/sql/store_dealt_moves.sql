-- Deals the days of the counted moves of each source anew among them, by $seed: every move gets the days of another, with how exactly they are known and
-- how late they became known. So each pair of organisations keeps how many went, and no burst is left. Reads moves. Exists because what a rule says
-- of such a past is what chance alone tells. What was learnt of the past as it was is forgotten.
CREATE OR REPLACE TEMP TABLE dealt_moves AS
WITH newest AS (
    SELECT move, source, profile, person, name, url, from_root, from_side, to_root, to_side FROM moves
    WHERE status = 'counted' AND from_root IS NOT NULL AND to_root IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY move ORDER BY known_from DESC, version) = 1
), places AS (
    SELECT source, move, row_number() OVER (PARTITION BY source ORDER BY move) AS place FROM newest
), dealt AS (
    SELECT newest.*, row_number() OVER (PARTITION BY source ORDER BY md5($seed || move), move) AS place FROM newest
)
SELECT places.move, dealt.* EXCLUDE (move, place) FROM places JOIN dealt USING (source, place);
UPDATE moves SET profile = dealt_moves.profile, person = dealt_moves.person, name = dealt_moves.name, url = dealt_moves.url,
                 from_root = dealt_moves.from_root, from_side = dealt_moves.from_side, to_root = dealt_moves.to_root, to_side = dealt_moves.to_side
FROM dealt_moves WHERE moves.move = dealt_moves.move;
DELETE FROM usual_fits;

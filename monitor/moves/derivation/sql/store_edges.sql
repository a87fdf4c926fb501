-- One row is a link that the match keys shown since $since make, for as long as it holds by what was known; `reached_keys` has what the changed links
-- reach. Reads edges, match_keys and sightings. Exists because links tell which profiles are one person.
CREATE OR REPLACE TEMP TABLE changed_match_keys AS
SELECT DISTINCT kind, match_key, digest FROM match_keys
WHERE (known_from >= $since OR known_until >= $since) AND kind <> 'short history';
DELETE FROM edges WHERE (kind, match_key) IN (SELECT (kind, match_key) FROM changed_match_keys);
-- A history, page or step that one profile alone shows links nobody, and of those there are most.
CREATE OR REPLACE TEMP TABLE match_key_rows AS
SELECT rowid AS number, digest FROM match_keys WHERE digest IN (SELECT digest FROM changed_match_keys);
DELETE FROM match_key_rows WHERE digest IN (
    SELECT digest FROM match_key_rows GROUP BY digest HAVING count(*) = 1
    EXCEPT SELECT digest FROM changed_match_keys WHERE kind NOT IN ('history', 'page', 'step'));
INSERT INTO edges
WITH bearers AS (
    SELECT kind, match_key, source || ':' || profile AS key, coalesce(name, '') AS name, known_from, known_until,
           -- Who bears a page under another name is somebody else; all other signs are one for all.
           CASE kind WHEN 'page' THEN concat(match_key, chr(31), name) ELSE match_key END AS node
    FROM match_keys SEMI JOIN changed_match_keys USING (kind, match_key)
    WHERE rowid IN (SELECT number FROM match_key_rows)
), named AS (
    SELECT kind, match_key, list_sort(list(since)) AS days
    FROM (SELECT kind, match_key, name, min(known_from) AS since FROM bearers GROUP BY ALL) GROUP BY ALL
), shared AS (
    SELECT kind, match_key, node, list_sort(list(since)) AS days
    FROM (SELECT kind, match_key, node, key, min(known_from) AS since FROM bearers GROUP BY ALL) GROUP BY ALL
), spans AS (
    SELECT key, concat(bearers.kind, ' ', bearers.node) AS key_node, bearers.node, bearers.kind, bearers.match_key,
           -- One profile's history, page or step links nobody; an id that it states may be that of another.
           CASE WHEN bearers.kind IN ('history', 'page', 'step') THEN greatest(known_from, shared.days[2]) ELSE known_from END AS opens,
           shared.days[2] IS NULL AND bearers.kind IN ('history', 'page', 'step') AS alone,
           -- A page that strangers share is nobody's, nor is an id that people of three names state; a name that three bear at one look is none.
           least(known_until, CASE bearers.kind WHEN 'page' THEN named.days[2] WHEN 'stated' THEN named.days[3] WHEN 'step' THEN shared.days[3] END) AS closes
    FROM bearers JOIN named USING (kind, match_key)
    JOIN shared ON shared.kind = bearers.kind AND shared.match_key = bearers.match_key AND shared.node = bearers.node
)
SELECT key, CASE WHEN kind IN ('stated', 'rekeyed') THEN node ELSE key_node END, kind, match_key, opens, closes
FROM spans WHERE NOT alone AND (closes IS NULL OR closes > opens)
ORDER BY ALL;

-- All that the changed links reach, and in the end every link between those.
CREATE OR REPLACE TEMP TABLE reached_keys AS
WITH seen AS (SELECT source || ':' || profile AS key FROM sightings WHERE seen_from >= $since)
SELECT DISTINCT unnest([one, other]) AS key FROM edges
WHERE known_from >= $since OR known_until >= $since
   -- A link may have been there before the profile that it leads to was seen.
   OR one IN (SELECT key FROM seen) OR other IN (SELECT key FROM seen);

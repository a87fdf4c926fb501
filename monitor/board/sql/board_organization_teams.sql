-- One row is a team of an organisation with the people who came into it and left it. Reads board_moves. Exists because an organisation's page lists its
-- teams.
WITH turnover AS (
    SELECT to_side ->> 'team' AS team, person, true AS came FROM board_moves
    WHERE to_root = $organization AND status = 'counted' AND known_until IS NULL
    UNION ALL
    SELECT from_side ->> 'team', person, false FROM board_moves
    WHERE from_root = $organization AND status = 'counted' AND known_until IS NULL
)
SELECT team, count(DISTINCT person) FILTER (WHERE came) AS came, count(DISTINCT person) FILTER (WHERE NOT came) AS went
FROM turnover WHERE team IS NOT NULL
GROUP BY team
ORDER BY count(DISTINCT person) DESC, team;

-- One row is a rule of which a group is evaluated again. Reads touched_groups. Exists because rules without news are not asked at all.
SELECT DISTINCT rule FROM touched_groups ORDER BY rule;

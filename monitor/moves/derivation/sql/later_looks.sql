-- Forgets what was read of looks after $day. Reads nothing. Exists because a look that is suspect by what changed is not followed with those before.
DELETE FROM look_changes WHERE day > $day;
DELETE FROM look_names WHERE day > $day;
DELETE FROM look_positions WHERE day > $day;

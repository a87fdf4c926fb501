-- Moves the earliest days of the undated moves of a backlog day back. Reads nothing. Exists because what such a day shows without a date may have
-- happened at any time before; an open start is back already.
UPDATE new_move_versions SET left_earliest = left_earliest - CAST($lag AS INTEGER), joined_earliest = joined_earliest - CAST($lag AS INTEGER)
WHERE known_move IS NULL AND NOT stated AND NOT open_start AND before_on IS NOT NULL AND left_latest = $day AND joined_latest = $day;

-- One row is a rule, group and day on which something new became known, of the groups that ever have an episode. Reads changed_groups and episodes.
-- Exists because an episode that is believed no longer ends its alert.
SELECT rule, grouping, known_on FROM changed_groups SEMI JOIN episodes USING (rule, grouping) ORDER BY ALL;

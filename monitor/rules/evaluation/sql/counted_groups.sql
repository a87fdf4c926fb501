-- One row is a group whose counts are made again, or of which none are left. Reads changed_groups, conditions and due_groups. Exists because counts are
-- kept of the groups of which something new is known, also of those that are too small for a close look.
CREATE OR REPLACE TEMP TABLE counted_groups AS
SELECT DISTINCT rule, grouping FROM changed_groups SEMI JOIN (SELECT rule FROM conditions WHERE kept) AS counting USING (rule)
UNION SELECT rule, grouping FROM due_groups;

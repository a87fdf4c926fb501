-- One row is a rule, group and day on which something new became known, of the groups of the sweep that ever have an episode or that have an alert. Reads
-- alerted_groups, changed_groups, episodes and swept_groups. Exists because an episode that is believed no longer ends its alert.
SELECT rule, grouping, known_on
FROM changed_groups SEMI JOIN swept_groups USING (rule, grouping)
SEMI JOIN (SELECT rule, grouping FROM episodes UNION SELECT rule, grouping FROM alerted_groups) AS followed USING (rule, grouping) ORDER BY ALL;

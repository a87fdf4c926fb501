-- Deletes from counted_rules the rules of $begun, whose counts are whole no longer, and from rule_counts all that is known of those of $afresh. Reads
-- nothing. Exists because counts that were written in part must not be taken for whole.
DELETE FROM counted_rules WHERE rule IN (SELECT unnest(CAST($begun AS VARCHAR[])));
DELETE FROM rule_counts WHERE rule IN (SELECT unnest(CAST($afresh AS VARCHAR[])));

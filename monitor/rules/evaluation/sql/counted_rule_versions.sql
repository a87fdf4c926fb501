-- One row is a rule whose counts are whole, with the hash of what they rest on. Reads counted_rules. Exists because counts are brought up to date only
-- where they stand where the ledger stands.
SELECT rule, version FROM counted_rules ORDER BY rule;

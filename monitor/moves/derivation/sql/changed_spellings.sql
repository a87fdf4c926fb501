-- One row is a name, or a team at it, that a changed directory reads otherwise, or judges otherwise from a day on. Reads nothing. Exists because Python
-- compares the directories.
CREATE OR REPLACE TEMP TABLE changed_spellings (organization VARCHAR, external VARCHAR, team VARCHAR, since DATE);

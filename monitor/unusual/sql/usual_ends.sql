-- One row is a window of a group to count people in. Reads nothing. Exists because Python fills it: the tested windows are a table.
CREATE OR REPLACE TEMP TABLE usual_ends (rule VARCHAR, grouping VARCHAR, ends_on DATE);

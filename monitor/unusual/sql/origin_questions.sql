-- One row is a tested window and an organisation that people left in it. Reads nothing. Exists because Python fills it.
CREATE OR REPLACE TEMP TABLE origin_questions (number INTEGER, root VARCHAR, day DATE, since DATE);

-- One row is a move of somebody in a window that may be tested, and the day of the test. Reads nothing. Exists because Python fills it.
CREATE OR REPLACE TEMP TABLE usual_asked_moves (move VARCHAR, day DATE);

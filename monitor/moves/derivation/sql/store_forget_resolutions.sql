-- Forgets what names and teams resolved to, and when units had which roots. Reads nothing. Exists because a changed directory resolves them anew.
DELETE FROM names;
DELETE FROM teams;
DELETE FROM roots;

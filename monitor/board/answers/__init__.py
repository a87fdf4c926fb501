"""Answers: the rows that commands, pages, CSV and the API show alike."""

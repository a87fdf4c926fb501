"""Engines run the project's SQL; DuckDB is the one that ships."""

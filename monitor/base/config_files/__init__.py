"""TOML files that people write, read and checked so that every error names its line."""

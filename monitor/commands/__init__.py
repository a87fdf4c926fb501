"""The commands, one file for each topic; `monitor.cli` puts them together."""

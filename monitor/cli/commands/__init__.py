"""The commands, one file for each topic; `monitor.cli.entry` puts them together."""

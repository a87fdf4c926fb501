"""The command line: the `talentwatch` command, its commands, and what they print."""

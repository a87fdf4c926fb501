"""Lets `python -m monitor` be the `talentwatch` command."""

from monitor.cli.entry import main

if __name__ == "__main__":
    main()

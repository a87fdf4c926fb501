"""`talentwatch rules`: look after the rules."""

import typer

from monitor.commands.edge import CONFIG, ConfigOption
from monitor.errors import UsageError
from monitor.settings import load_settings
from monitor.wiring import load_words

app = typer.Typer(help="Look after the rules.", no_args_is_help=True)


@app.command()
def check(config: ConfigOption = CONFIG) -> None:
    """Check every rule file, the directory and the configuration, and name all that is wrong."""
    settings = load_settings(config)
    rules = load_words(settings).rules
    for hint in rules.hints:
        typer.echo(f"hint: {hint}", err=True)
    if rules.broken:
        raise UsageError(
            f"{len(rules.broken)} of the rules cannot be used:",
            *(problem for problems in rules.broken.values() for problem in problems),
        )
    typer.echo(f"{len(rules.rules)} rules are well.")

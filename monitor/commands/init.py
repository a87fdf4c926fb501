"""`talentwatch init`: a folder to begin with."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.drafts import INBOX, RULE_FILE, draft, write


def init(
    folder: Annotated[Path, typer.Argument(help="Where to begin; made if it is missing.")] = Path(),
) -> None:
    """Begin in an empty folder: a configuration, a rule, a directory and an inbox.

    Nothing is overwritten: where something is in the way, it is named and nothing is written.
    """
    written = write(draft(), folder)
    typer.echo(f"Written to {folder.resolve()}:")
    for name in written:
        typer.echo(f"  {name}")
    at = "" if folder == Path() else f" --config {folder / 'config.toml'}"
    typer.echo(
        f"""
Next:
  1. Put a file of profiles into {folder / INBOX}, named by the day it was observed on,
     such as 2025-06-14.jsonl: one profile a line,
     {{"id": "p1", "name": "Ada", "positions": [{{"organization": "Example", "start": "2024-05"}}]}}
     or a CSV or Parquet file with these columns, one row a position.
  2. talentwatch run{at}
  3. When a newer file has come, run again. `talentwatch moves{at}` says who moved,
     `talentwatch status{at}` what is wrong. What counts is in {folder / RULE_FILE}."""
    )

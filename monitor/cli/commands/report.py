"""`talentwatch report`: alerts, their pictures and people in one file that opens anywhere."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.base.errors import UsageError
from monitor.base.private_files import atomic_write
from monitor.base.settings import Settings, load_settings
from monitor.board.report import Contents, report, report_contents
from monitor.cli.options import CONFIG, ConfigOption, clock, known, past_day
from monitor.wiring import open_desk


def report_(
    config: ConfigOption = CONFIG,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where; default: beside the snapshots.")
    ] = None,
    rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
    alert: Annotated[
        str | None, typer.Option(help="Only this alert, by its id or the beginning of it.")
    ] = None,
    since: Annotated[
        datetime | None, past_day("Only alerts that became known on this day or later.")
    ] = None,
    until: Annotated[
        datetime | None, past_day("Only alerts that became known on this day or before.")
    ] = None,
) -> None:
    """Write one HTML file: alerts with pictures, people and evidence; it needs no network."""
    settings = load_settings(config)
    if since and until and until < since:
        raise UsageError(f"--until, {until:%Y-%m-%d}, is before --since, {since:%Y-%m-%d}")
    days = since and since.date(), until and until.date()
    text = report(_contents(settings, rule, alert, days))
    path = out or settings.snapshots / "report.html"
    try:
        with atomic_write(path, private=True) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"{path} cannot be written: {exc.strerror or exc}") from exc
    typer.echo(f"{path}")


def _contents(
    settings: Settings, rule: str | None, alert: str | None, days: tuple[date | None, date | None]
) -> Contents:
    with open_desk(settings, now=clock()) as desk:
        rules = desk.definitions.rules
        known(rule, [*(one.id for one in rules.rules), *rules.broken], "rule")
        return report_contents(desk, rule=rule, alert=alert, days=days)

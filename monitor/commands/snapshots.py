"""`talentwatch snapshots`: what was taken, the verdicts, and an operator's decision."""

import getpass
from datetime import date, datetime
from typing import Annotated

import typer

from monitor import views
from monitor.commands.edge import CONFIG, ConfigOption, JsonOption, clock, leave, print_rows
from monitor.errors import UsageError
from monitor.records import Json, SnapshotRow, Verdict
from monitor.settings import Settings, load_settings
from monitor.state import State
from monitor.wiring import open_reading_engine, open_store

app = typer.Typer(
    help="What was taken, and the verdicts; accept or reject a snapshot by hand.",
    invoke_without_command=True,
)


@app.callback()
def snapshots(
    context: typer.Context,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """List what was taken, with the verdicts."""
    if context.invoked_subcommand is not None:
        return
    settings = load_settings(config)
    with open_reading_engine(settings) as engine:
        rows = [
            SnapshotRow(
                source=source,
                observed_on=day,
                profiles=profiles,
                rejected=rejected,
                verdict=Verdict(verdict),
                reasons=tuple(reasons),
            )
            for source, day, profiles, rejected, verdict, reasons in engine.rows("judged_rows")
        ]
    taken = _decisions(settings)
    print_rows(
        rows,
        json=json,
        record=lambda row: (
            views.snapshot_record(row)
            | {"decisions": taken.get(f"{row.source}:{row.observed_on}", [])}
        ),
        table=views.print_snapshots,
    )


@app.command()
def accept(
    source: str,
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DAY")],
    config: ConfigOption = CONFIG,
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Let a suspect snapshot speak; the next run compares it."""
    _decide(load_settings(config), source, day.date(), Verdict.ACCEPTED, note)


@app.command()
def reject(
    source: str,
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DAY")],
    config: ConfigOption = CONFIG,
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Silence a snapshot; the next run takes back what it said."""
    _decide(load_settings(config), source, day.date(), Verdict.REJECTED, note)


@app.command()
def verify(config: ConfigOption = CONFIG) -> None:
    """Check the stored snapshots against their checksums."""
    store = open_store(load_settings(config))
    damaged = [
        f"{source} {day}: {problem}"
        for source in store.sources()
        for day in store.manifests(source)
        for problem in store.verify(source, day)
    ]
    if not damaged:
        typer.echo("Every stored snapshot is whole.")
    leave(damaged)


def _decisions(settings: Settings) -> dict[str, list[dict[str, Json]]]:
    """The log of operators' decisions by snapshot, oldest first."""
    found: dict[str, list[dict[str, Json]]] = {}
    with State.open(settings.state) as state, state.reading() as tx:
        for one in tx.decisions("snapshot"):
            found.setdefault(one.key, []).append(
                {"verdict": one.verdict, "by": one.by, "why": one.why, "on": one.on.isoformat()}
            )
    return found


def _decide(settings: Settings, source: str, day: date, verdict: Verdict, note: str) -> None:
    if day not in open_store(settings).manifests(source):
        raise UsageError(
            f"there is no snapshot of {source} on {day} (`talentwatch snapshots` lists them)"
        )
    with State.open(settings.state) as state, state.transaction() as tx:
        tx.decide("snapshot", f"{source}:{day}", str(verdict), getpass.getuser(), note, on=clock())
    typer.echo(f"{source} {day} is {verdict} from the next run on.")

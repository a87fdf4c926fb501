"""`talentwatch changes`: what is new since somebody looked."""

from datetime import date, datetime
from typing import Annotated, Any

from monitor.base.records import Alert, Json
from monitor.base.settings import Settings, load_settings
from monitor.board.answers.counts_only import counted_transaction
from monitor.board.answers.moves import move_record
from monitor.board.csv_lines import csv_lines
from monitor.cli.commands.alerts import alert_records
from monitor.cli.options import (
    CONFIG,
    ConfigOption,
    CsvOption,
    JsonOption,
    console,
    json_lines,
    one_form,
    past_day,
)
from monitor.cli.views.alerts import print_alerts
from monitor.cli.views.movement.moves import print_moves
from monitor.delivery.messages import counted
from monitor.intake.lost_state import open_state
from monitor.operations.written_inputs import load_definitions
from monitor.wiring import open_reading

_ALL: dict[str, Any] = dict.fromkeys(
    ("origins", "destinations", "since", "until", "person", "known_on")
)


def changes(
    since: Annotated[datetime, past_day("The day on which you last looked.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> None:
    """Show what is new since a day: snapshots, moves first seen, and alerts with news."""
    one_form(json=json, csv=csv)
    settings, day = load_settings(config), since.date()
    with open_reading(settings) as engine:
        snapshots = [row for row in engine.rows("judged_snapshots") if row[1] >= day]
        found = (
            engine.records("listed_moves", retracted=False, seen_since=day, **_ALL)
            if settings.names == "full"
            else []
        )
    moves = [row for row in found if row["observed_on"] >= day]
    alerts = _alerts_with_news(settings, day)
    if json or csv:
        records: list[dict[str, Json]] = [
            {"new": "snapshot", "source": row[0], "observed_on": str(row[1]), "verdict": row[4]}
            for row in snapshots
        ]
        records += [{"new": "move", **move_record(row)} for row in moves]
        records += [{"new": "alert", **record} for record in alerts]
        if json:
            json_lines(records)
        else:
            csv_lines(records)
        return
    console().print(
        f"Since {day}: {counted(len(snapshots), 'snapshot')},"
        f" {_moves_first_seen(settings, len(moves))}{counted(len(alerts), 'alert')} with news."
    )
    if moves:
        print_moves(console(), moves)
    print_alerts(console(), alerts)


def _moves_first_seen(settings: Settings, count: int) -> str:
    """Say how many moves are new; nothing where only counts of people are shown."""
    return f"{counted(count, 'move')} first seen, " if settings.names == "full" else ""


def _alerts_with_news(settings: Settings, day: date) -> list[dict[str, Json]]:
    """The alerts of which something became known on a day or later, with what did."""
    words = load_definitions(settings)
    with open_state(settings) as state, state.reading() as whole:
        tx = counted_transaction(settings, whole, words)
        news: dict[str, list[Alert]] = {}
        for revision in tx.revisions():
            if revision.known_on >= day:
                news.setdefault(revision.alert, []).append(revision)
    return [
        {
            **record,
            "news": [
                {"reason": str(alert.reason), "known_on": str(alert.known_on)}
                for alert in news[record["alert"]]
            ],
        }
        for record in alert_records(settings, None)
        if record["alert"] in news
    ]

"""`talentwatch changes`: what is new since somebody looked."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Annotated, Any

from monitor.base.records import Json
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

_ALL: dict[str, Any] = {
    **dict.fromkeys(("origins", "destinations", "since", "until", "person", "known_on")),
    **dict.fromkeys(("retracted", "held"), False),
}


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
        moves = (
            engine.stream("listed_moves", seen_since=day, **_ALL)
            if settings.names == "full"
            else iter(())
        )
        news = _news(settings, day)
        alerts = _with_news(settings, news)
        if json or csv:
            records: Iterator[dict[str, Json]] = chain(
                map(_snapshot_record, snapshots),
                ({"new": "move", **move_record(row)} for row in moves),
                ({"new": "alert", **record} for record in alerts),
            )
            if json:
                json_lines(records)
            else:
                csv_lines(records)
            return
        rows = list(moves)
    console().print(
        f"Since {day}: {counted(len(snapshots), 'snapshot')},"
        f" {_moves_first_seen(settings, len(rows))}{counted(len(news), 'alert')} with news."
    )
    if rows:
        print_moves(console(), rows)
    print_alerts(console(), alerts)


def _moves_first_seen(settings: Settings, count: int) -> str:
    """Say how many moves are new; nothing where only counts of people are shown."""
    return f"{counted(count, 'move')} first seen, " if settings.names == "full" else ""


def _snapshot_record(row: Sequence[Any]) -> dict[str, Json]:
    return {"new": "snapshot", "source": row[0], "observed_on": str(row[1]), "verdict": row[4]}


def _news(settings: Settings, day: date) -> dict[str, list[dict[str, Json]]]:
    """By alert of which something became known on a day or later, what did."""
    news: dict[str, list[dict[str, Json]]] = {}
    words = load_definitions(settings)
    with open_state(settings) as state, state.reading() as whole:
        tx = counted_transaction(settings, whole, words)
        for revision in tx.news_since(day):
            news.setdefault(revision.alert, []).append(
                {"reason": str(revision.reason), "known_on": str(revision.known_on)}
            )
    return news


def _with_news(
    settings: Settings, news: Mapping[str, list[dict[str, Json]]]
) -> Iterator[dict[str, Json]]:
    """Yield the alerts with news, with what is new."""
    for record in alert_records(settings, alerts=news):
        yield {**record, "news": news[record["alert"]]}

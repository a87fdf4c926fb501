"""Rules, their tests and their previews, as JSON and as tables."""

import shlex
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.alerts.trials.copies import ChanceAlerts
from monitor.alerts.trials.preview import HistoryCount, Preview
from monitor.alerts.trials.rule_tests import Result
from monitor.base.errors import printable
from monitor.base.records import Json
from monitor.base.settings import Settings
from monitor.board.answers.alert_records import alert_record
from monitor.cli.views.alerts import print_alerts
from monitor.cli.views.tables import table_of
from monitor.delivery.messages import counted, percent, plain
from monitor.rules.language import Rule

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console


def result_record(result: Result) -> dict[str, Json]:
    """What a rule's test found, as JSON."""
    return {
        "file": printable(result.test.file),
        "rule": result.test.rule.id,
        "test": result.test.name,
        "passed": result.passed,
        "missing": result.missing,
        "unexpected": result.unexpected,
        "remarks": list(result.remarks),
    }


def preview_record(
    rule: Rule,
    preview: Preview,
    *,
    since: date,
    horizon: date,
    chance: ChanceAlerts | None = None,
) -> dict[str, Json]:
    """What a rule would have said, and what chance alone would have told, as JSON."""
    return {
        "rule": rule.id,
        "since": since.isoformat(),
        "until": horizon.isoformat(),
        "alerts": [
            alert_record(alert, horizon=horizon, counts=rule.count) for alert in preview.alerts
        ],
        "variants": [
            {
                "people": variant.people,
                "part": variant.part,
                "within_days": variant.window_days,
                "alerts": variant.alerts,
            }
            for variant in preview.variants
        ],
        "measure": rule.main.measure,
        **({} if chance is None else {"by_chance": _chance_record(rule, chance)}),
    }


def _chance_record(rule: Rule, chance: ChanceAlerts) -> dict[str, Json]:
    return {
        "asked_a_year": rule.main.unusual,
        "since": chance.since.isoformat(),
        "years": round(chance.years, 2),
        "alerts": list(chance.alerts),
        "alerts_a_year": list(chance.a_year),
    }


def _history_commands(settings: Settings, history: HistoryCount) -> tuple[str, str]:
    usual = settings.path == Path("config.toml").resolve()
    named = "" if usual else f" --config {shlex.quote(str(settings.path))}"
    return (
        f"talentwatch rules preview {history.rule} --since {history.since}{named}",
        f"talentwatch backfill --since {history.since} --deliver{named}",
    )


def history_record(settings: Settings, history: HistoryCount) -> dict[str, Json]:
    """What the stored history holds for a new rule, as JSON."""
    previews, sends = _history_commands(settings, history)
    return {
        "kind": "history",
        "rule": history.rule,
        "alerts": history.alerts,
        "open": history.open,
        "preview": previews if history.alerts else None,
        "send": sends if history.alerts else None,
    }


def history_lines(settings: Settings, history: HistoryCount) -> list[str]:
    """Say what the stored history holds for a new rule, and which commands show and send it."""
    if not history.alerts:
        return [f"{history.rule} is new: the stored history holds no alert of it."]
    previews, sends = _history_commands(settings, history)
    alerts = counted(history.alerts, "alert")
    return [
        f"{history.rule} is new: the stored history holds {alerts}, {history.open} of them open.",
        f"  to see them: {previews}",
        f"  to send them, after the next run: {sends}",
    ]


def print_result(console: "Console", result: Result) -> None:
    """Say in a line that a rule's test passed, or show what differs."""
    word = "ok    " if result.passed else "FAILED"
    console.print(f"{word} {result.test.rule.id}: {plain(result.test.name)}")
    if not result.passed:
        console.print("       - expected, + said instead")
        for line in result.difference():
            console.print(f"       {line[:2]}{plain(line[2:])}", soft_wrap=True)


def print_rules(console: "Console", records: Sequence[Mapping[str, Json]]) -> None:
    """List rules, the broken ones last."""
    if not records:
        console.print("No rules.")
        return
    columns = ("rule", "status", "severity", "asks for", "channels", ">open alerts", ">precision")
    table = table_of(*columns, "title")
    for record in records:
        table.add_row(
            record["rule"],
            record["status"],
            record.get("severity", ""),
            record.get("asks", ""),
            ", ".join(record.get("channels", ())),
            str(record["open_alerts"]),
            _precision_words(record),
            plain(record.get("title", "see `talentwatch rules check`")),
        )
    console.print(table)


def print_steps(console: "Console", records: Sequence[Mapping[str, Json]]) -> None:
    """List groups of a rule with their counts, the highest first."""
    if not records:
        console.print("No group came to so many.")
        return
    table = table_of("group", ">now", ">peak", ">possible", ">times", "newest news")
    for record in records:
        table.add_row(
            plain(" -> ".join(record["group"].values())) or "everybody",
            *(str(record[name]) for name in ("count", "peak", "possible", "alerts")),
            record["known_on"],
        )
    console.print(table)
    console.print("--json and --csv have every day on which a count changes.")


def _precision_words(record: Mapping[str, Json]) -> str:
    """How right a rule is by the moves that analysts judged: `67 % of 3`; nothing if by none."""
    share = record.get("precision")
    return "" if share is None else f"{share:.0%} of {record['confirmed'] + record['false']}"


def print_preview(console: "Console", record: Mapping[str, Json]) -> None:
    """Say what a rule would have said, and how often with neighbouring thresholds and windows."""
    alerts = record["alerts"]
    count = counted(len(alerts), "alert") if alerts else "no alerts"
    days = f"from {record['since']} to {record['until']}"
    console.print(f"{record['rule']} would have said {count} {days}{':' if alerts else '.'}")
    if alerts:
        print_alerts(console, alerts)
    else:
        console.print("`talentwatch explain --rule` says how near it came.")
    console.print("\nHow many alerts it would have been with other thresholds and windows:")
    variants = record["variants"]
    windows = list(dict.fromkeys(variant["within_days"] for variant in variants))
    measure = record["measure"] if record["measure"] in {"share", "change", "net"} else "people"
    table = table_of(f">{measure}", *(f">{days} days" if days else ">alerts" for days in windows))
    for figure in dict.fromkeys((variant["people"], variant["part"]) for variant in variants):
        row = [
            variant["alerts"]
            for variant in variants
            if (variant["people"], variant["part"]) == figure
        ]
        people, part = figure
        table.add_row(str(people) if part is None else percent(part), *map(str, row))
    console.print(table)
    if variants[0]["part"] is not None:
        console.print(f"Each takes at least {variants[0]['people']} people.")
    if "by_chance" in record:
        console.print(f"\n{_chance_words(record['by_chance'])}")


def _chance_words(chance: Mapping[str, Json]) -> str:
    """Say what chance alone would have told, and what was asked of it."""
    copies = len(chance["alerts"])
    figures = ", ".join(f"{figure:g}" for figure in chance["alerts_a_year"])
    said = (
        f"By chance alone: in {copies} {'copy' if copies == 1 else 'copies'} of your past since"
        f" {chance['since']}, with the days of the moves dealt anew, it would have said this many"
        f" alerts a year: {figures}."
    )
    asked = chance["asked_a_year"]
    return said if asked is None else f"{said} At most {asked:g} a year is asked for."

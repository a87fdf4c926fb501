"""`talentwatch report`: alerts, their pictures and people in one file that opens anywhere."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.base.errors import UsageError
from monitor.base.private_files import atomic_write
from monitor.base.settings import Settings, load_settings
from monitor.board.alert_view import RuleSummary
from monitor.board.answers.counts_only import counted_transaction
from monitor.board.answers.left_out import LeftOut
from monitor.board.report import Contents, report
from monitor.cli.options import CONFIG, ConfigOption, known, past_day
from monitor.intake.lost_state import open_state
from monitor.operations.written_inputs import Definitions, load_definitions
from monitor.wiring import open_reading

MOST_ALERTS = 200
"""How many alerts a report has; the newest of more."""


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
) -> None:
    """Write one HTML file: alerts with pictures, people and evidence; it needs no network."""
    settings = load_settings(config)
    text = report(_contents(settings, rule, alert, since and since.date()))
    path = out or settings.snapshots / "report.html"
    try:
        with atomic_write(path, private=True) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"{path} cannot be written: {exc.strerror or exc}") from exc
    typer.echo(f"{path}")


def _contents(
    settings: Settings, rule: str | None, alert: str | None, since: date | None
) -> Contents:
    words = load_definitions(settings)
    rules = _rule_summaries(settings, words)
    known(rule, [*rules, *words.rules.broken], "rule")
    left_out = LeftOut(settings.least_people)
    with open_state(settings) as state, state.reading() as whole:
        tx = counted_transaction(settings, whole, words, left_out)
        summaries = [
            summary
            for summary in tx.summaries()
            if rule in {None, summary.rule}
            if since is None or summary.first_known_on >= since
            if alert is None or summary.alert.startswith(alert)
        ]
        summaries.sort(
            key=lambda summary: (summary.first_known_on, summary.opened_on, summary.alert),
            reverse=True,
        )
        summaries.sort(key=lambda summary: summary.status != "open")
        shown = tx.latest_named([summary.alert for summary in summaries[:MOST_ALERTS]])
        horizon = tx.cursor("horizon")
    if alert is not None and len(summaries) != 1:
        raise UsageError(
            f"{len(summaries)} alerts begin with {alert!r}; `talentwatch alerts` lists them all"
        )
    with open_reading(settings, left_out) as engine:
        filters = dict.fromkeys(("origins", "destinations", "since", "until", "person", "known_on"))
        flows = [
            {"from": row[0], "to": row[1], "people": row[2]}
            for row in engine.rows("listed_flows", **filters)
        ]
        days = [row[1] for row in engine.rows("judged_snapshots")]
        units = {side for flow in flows for side in (flow["from"], flow["to"]) if side}
        unit_names = dict(engine.rows("unit_names", units=sorted(units)))
    names = unit_names | {
        profile_id: words.directory.display(profile_id)
        for profile_id in words.directory.known_ids()
    }
    newest = max(days, default=None)
    return Contents(
        alerts=[shown[summary.alert] for summary in summaries[:MOST_ALERTS]],
        rules=rules,
        flows=flows,
        names=names,
        evaluated_to=date.fromisoformat(horizon) if horizon else newest or date.min,
        newest_snapshot=newest,
        looks=days,
        left_out=left_out.sentence,
    )


def _rule_summaries(settings: Settings, words: Definitions) -> dict[str, RuleSummary]:
    """What is known of each rule beside its alerts."""
    draws = settings.least_people == 1
    return {
        rule.id: RuleSummary(
            title=rule.title,
            window_days=rule.main.window_days,
            counts=rule.count,
            draws=draws,
        )
        for rule in words.rules.rules
    }

"""`talentwatch alerts` and `talentwatch explain`: the ledger, and why an alert is in it."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from monitor.alerts.ledger import RULE
from monitor.alerts.trials.preview import nearest_groups
from monitor.base.errors import UsageError
from monitor.base.records import Alert, Json, Reason
from monitor.base.settings import Settings, load_settings
from monitor.board.answers.alert_records import (
    near_record,
    person_record,
    person_records,
    unassigned_record,
)
from monitor.board.answers.alerts import STATUSES, each_alert_row, oldest_alerts
from monitor.board.answers.counts_only import CountedAlerts, counted_transaction, not_shown
from monitor.board.answers.filters import Asked
from monitor.board.csv_lines import csv_lines
from monitor.cli.commands.evidence import evidence_of
from monitor.cli.options import (
    CONFIG,
    ConfigOption,
    CsvOption,
    JsonOption,
    LimitOption,
    clock,
    console,
    group_values,
    json_lines,
    known,
    one_form,
    past_day,
    remark,
)
from monitor.cli.views.alerts import print_alerts, print_explanation, print_near, print_unassigned
from monitor.intake.lost_state import open_state
from monitor.moves.derivation.derived_tables import accepted_days
from monitor.operations.written_inputs import load_definitions
from monitor.rules.evaluation.evaluate import unassigned
from monitor.rules.language.finding import find_rule
from monitor.state import Transaction
from monitor.wiring import (
    open_copied_engine,
    open_desk,
    open_reading,
    window_hints,
)

GROUPS_SHOWN = 10


def alerts(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
    status: Annotated[
        str | None, typer.Option(help="Only open, closed, withdrawn or merged ones.")
    ] = None,
    since: Annotated[
        datetime | None, past_day("Only those that became known on this day or later.")
    ] = None,
    csv: CsvOption = False,
    limit: LimitOption = None,
) -> None:
    """List the ledger of alerts."""
    one_form(json=json, csv=csv)
    settings = load_settings(config)
    known(status, STATUSES, "status")
    if rule is not None:
        words = load_definitions(settings).rules
        known(rule, [*(known_rule.id for known_rule in words.rules), *words.broken], "rule")
    records = alert_records(
        settings, limit=limit, rule=rule, status=status, since=since and since.date()
    )
    if json:
        json_lines(records)
    elif csv:
        csv_lines({**record, "people": len(record["people"])} for record in records)
    elif (first := next(records, None)) is not None:
        print_alerts(console(), chain([first], records))
    else:
        console().print("No alerts.")


def explain(
    alert: Annotated[
        str | None, typer.Argument(help="An alert's id, or the beginning of it.")
    ] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    archive: Annotated[
        Path | None,
        typer.Option("--bundle", metavar="FILE", help="Write all of its evidence to a zip file."),
    ] = None,
    rule: Annotated[
        str | None, typer.Option(help="Say of a rule how near it came where it did not fire.")
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option(metavar="SIDE=VALUE", help="With --rule: this group alone.")
    ] = None,
) -> None:
    """Say why an alert fired, or how near a rule came: who counted, who was left out and why."""
    settings = load_settings(config)
    if rule is not None and not alert:
        _explain_rule(settings, rule, group or [], json=json)
        return
    if not alert or rule is not None or group:
        raise UsageError("name an alert (`talentwatch alerts` lists them all) or a --rule")
    if archive is not None and settings.names == "none":
        raise not_shown()
    words = load_definitions(settings)
    with open_state(settings) as state, state.reading() as whole:
        tx = counted_transaction(settings, whole, words)
        ledger = [summary.alert for summary in tx.each_summary()]
        named = [name for name in ledger if name.startswith(alert)]
        named = named or _deliveries_of(tx, alert, ledger)
        if len(named) != 1:
            raise UsageError(
                f"{len(named)} alerts begin with {alert!r}; `talentwatch alerts` lists them all"
            )
        latest = tx.latest_named(named)[named[0]]
        revisions = tx.revisions(alert=latest.alert)
        version = tx.cursor(f"{RULE}{latest.rule}")
    if archive is not None:
        _write_bundle(settings, revisions, archive, version=version)
        return
    record = next(alert_records(settings, alerts=named))
    if json:
        everyone = {
            "possible": person_records(latest.possible_people),
            "left_out": [
                {**person_record(person), "why": person.note} for person in latest.left_out
            ],
        }
        json_lines([{**record, **everyone}])
        return
    print_alerts(console(), [record])
    last_words = next((revision for revision in reversed(revisions) if revision.people), latest)
    standing = None if latest.people else _standing(settings, last_words)
    print_explanation(console(), last_words, revisions, standing=standing)
    _print_hints(settings, latest.rule)


def _deliveries_of(tx: Transaction, alert: str, ledger: Sequence[str]) -> list[str]:
    """The id that an alert has now which was told under an earlier one, if it is there at all.

    Raises UsageError for one that was taken back whole.
    """
    steps = list(tx.steps(beginning=alert))
    if not steps:
        return []
    last = steps[-1].alert
    revisions = [name for name in ledger if name in {last.alert, last.merged_into}]
    if not revisions and steps[-1].reason is Reason.WITHDRAWN:
        raise UsageError(
            f"{steps[-1].thread} was told, and was taken back on {steps[-1].on}: by what is known"
            " now it never was (`talentwatch deliveries` lists its messages)"
        )
    if not revisions and steps[-1].reason is Reason.SOURCE_REMOVED:
        raise UsageError(
            f"{steps[-1].thread} was told, and its source was removed on {steps[-1].on}, the day on"
            " which it became known (`talentwatch deliveries` lists its messages)"
        )
    return revisions


def _standing(settings: Settings, alert: Alert) -> dict[str, tuple[str, str | None]]:
    """What has become of the moves of an alert's people: status and reason by id."""
    with open_reading(settings) as engine:
        rows = engine.rows("move_standings", moves=[person.move for person in alert.people])
    return {move: (status, reason) for move, status, reason in rows}


def _explain_rule(settings: Settings, named: str, group: Sequence[str], *, json: bool) -> None:
    directory = load_definitions(settings).directory
    asked = find_rule(settings, directory, named)
    with open_copied_engine(settings) as engine:
        wanted = group_values(engine, directory, group, sides=asked.group_by)
        newest = accepted_days(engine)[1]
        groups = nearest_groups(engine, asked, directory, horizon=newest) if newest else []
        nowhere = unassigned(engine, asked, directory, on=newest) if newest and not wanted else []
    groups = [near for near in groups if wanted.items() <= near.group.items()]
    if settings.names == "none":
        alerts = CountedAlerts.of(settings, [asked])
        groups, nowhere = alerts.near(asked.id, groups), []
        remark(alerts.left_out.sentence)
    if json:
        json_lines(near_record(near) for near in groups)
        if nowhere:
            json_lines([unassigned_record(nowhere)])
    elif groups and newest:
        print_near(console(), groups[:GROUPS_SHOWN], on=newest)
        _print_hints(settings, asked.id)
        if len(groups) > GROUPS_SHOWN:
            console().print(f"and {len(groups) - GROUPS_SHOWN} groups further off (--json has all)")
    else:
        console().print(f"Nobody at all fits {asked.id}{' in this group' if wanted else ''}.")
    if nowhere and not json:
        print_unassigned(console(), nowhere)


def _print_hints(settings: Settings, rule: str) -> None:
    """Say it if undated moves are never certain by the rule's window."""
    rules = load_definitions(settings).rules.rules
    for doubt in window_hints(settings, [loaded for loaded in rules if loaded.id == rule]):
        console().print(f"note: {doubt}")


def _write_bundle(
    settings: Settings, revisions: Sequence[Alert], path: Path, *, version: str | None
) -> None:
    # Only an archive needs it.
    from monitor.delivery.evidence_bundle import write_bundle  # noqa: PLC0415

    content = evidence_of(settings, revisions, version)
    try:
        write_bundle(path, content)
    except OSError as exc:
        raise UsageError(f"{path} cannot be written: {exc.strerror}") from exc
    typer.echo(f"{path}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


def alert_records(
    settings: Settings,
    *,
    alerts: Collection[str] | None = None,
    limit: int | None = None,
    **values: object,
) -> Iterator[dict[str, Json]]:
    """Yield alerts as `alerts --json` prints them, oldest first: the whole ledger, or these.

    `values` are those of the filters; some alerts are in memory at a time.
    """
    asked = Asked(values=values, limit=limit)
    with open_desk(settings, now=clock()) as desk:
        found = oldest_alerts(desk, asked)
        yield from each_alert_row(
            desk, [alert for alert in found if alerts is None or alert in alerts]
        )
        remark(desk.left_out.sentence)

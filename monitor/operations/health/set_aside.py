"""What waits, is muted or does not count: found again, with a count and a command."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from monitor.base.errors import SnapshotError, TalentwatchError
from monitor.base.records import Json, Verdict
from monitor.base.settings import CollectedSource, Settings, SourceSettings
from monitor.delivery.messages import counted
from monitor.delivery.outbox.enqueue import MUTED
from monitor.delivery.outbox.muting import SILENCE, muted_alerts, silences_on
from monitor.intake.remarks import either, lacking, namesakes, not_looked_at
from monitor.intake.snapshots.store import Store
from monitor.moves.reviews import KIND as REVIEW
from monitor.rules.language import RuleSet
from monitor.state import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One kind of thing that is set aside, how many of it, and what shows or changes it."""

    what: str
    count: int
    text: str
    command: str

    @property
    def record(self) -> dict[str, Json]:
        """The same as JSON."""
        return {
            "what": self.what,
            "count": self.count,
            "text": self.text,
            "command": self.command,
        }


def set_aside(
    settings: Settings,
    tx: Transaction,
    judged: Sequence[tuple[Any, ...]],
    rules: RuleSet,
    *,
    on: date,
) -> list[SetAside]:
    """List what is set aside: rows, snapshots, alerts and rules; what there is none of is left out.

    `judged` are the rows of `judged_snapshots`.
    """
    return [
        *unstated(settings.sources),
        *_rows(settings, judged),
        *_snapshots(judged),
        *_alerts(tx, on=on),
        *_reviews(tx),
        *_rules(rules),
    ]


def in_files(settings: Settings, store: Store, judged: Sequence[tuple[Any, ...]]) -> list[SetAside]:
    """List what the newest file of each source lacks, and the names in it that several people have.

    A file lacks a column that the source names, or that its first file had.
    """
    return [group for name in sorted(settings.sources) for group in _in_file(store, name, judged)]


def _in_file(store: Store, name: str, judged: Sequence[tuple[Any, ...]]) -> Iterator[SetAside]:
    days = [row[1] for row in judged if row[0] == name]
    try:
        first, newest = (
            (store.manifest(name, day) for day in (days[0], days[-1]))
            if days
            else (
                None,
                None,
            )
        )
    except SnapshotError:
        return  # it is named as damaged
    if first is None or newest is None:
        return
    command = f"talentwatch sources test {name}"
    lacks = lacking(newest, first)
    if lacks:
        columns = ", ".join(f"{either(some)} (`{field}`)" for field, some in lacks.items())
        yield SetAside(
            what="missing_columns",
            count=len(lacks),
            text=f"source {name}: the file of {newest.observed_on} lacks {columns}",
            command=command,
        )
    shared = namesakes(newest)
    if shared:
        yield SetAside(
            what="namesakes",
            count=shared,
            text=f"source {name}: {counted(shared, 'name')} of {newest.observed_on} set aside as"
            " that of several people",
            command=command,
        )

    unseen = not_looked_at(newest)
    if unseen:
        yield SetAside(
            what="not_looked_at",
            count=unseen,
            text=f"source {name}: {newest.profiles - unseen:,} of {newest.profiles:,} people were"
            f" looked at on {newest.observed_on}; the others stand as last seen",
            command="talentwatch sources list",
        )


def at_services(settings: Settings, now: datetime) -> list[SetAside]:
    """List what each service waits for and why, and of whom it does not speak, or not for sure.

    Of a service that cannot be asked as it is configured, the next run says why.
    """
    return [
        group
        for name, source in sorted(settings.sources.items())
        if isinstance(source, CollectedSource)
        for group in _at_service(settings, name, now)
    ]


def _at_service(settings: Settings, name: str, now: datetime) -> Iterator[SetAside]:
    from monitor.intake.collecting.planning import progress_of, standing_of  # noqa: PLC0415 -- HTTP takes a while to import
    from monitor.operations.collecting import source_plan  # noqa: PLC0415 -- as above

    try:
        progress = progress_of(source_plan(settings, name), now)
    except TalentwatchError:
        return
    for lack in standing_of(progress):
        yield SetAside(
            what=lack.what,
            count=lack.count,
            text=f"source {name}: {lack.text}",
            command="talentwatch sources list",
        )


def unstated(sources: Mapping[str, SourceSettings]) -> Iterator[SetAside]:
    """Name the sources that do not say what their people are looked at for, and by what right."""
    silent = {name: source.unstated for name, source in sorted(sources.items()) if source.unstated}
    for name, missing in silent.items():
        yield SetAside(
            what="unstated_purpose",
            count=len(missing),
            text=f"source {name}: a source of people states no {either(missing)};"
            f" write it into [sources.{name}]",
            command="talentwatch sources",
        )


def _rows(settings: Settings, judged: Sequence[tuple[Any, ...]]) -> Iterator[SetAside]:
    for name in sorted(settings.sources):
        days = [(row[1], row[3]) for row in judged if row[0] == name and row[3]]
        if days:
            day, newest = days[-1]
            rows = counted(sum(count for _, count in days), "row")
            yield SetAside(
                what="rejected_rows",
                count=sum(count for _, count in days),
                text=f"source {name}: {rows} of {counted(len(days), 'snapshot')} set aside as no"
                f" profile, {newest} of them on {day}",
                command="talentwatch snapshots",
            )


def _snapshots(judged: Sequence[tuple[Any, ...]]) -> Iterator[SetAside]:
    for verdict, what, words in (
        (Verdict.SUSPECT, "suspect_snapshots", "suspect, and not compared"),
        (Verdict.REJECTED, "rejected_snapshots", "rejected by an operator"),
    ):
        for name, count in sorted(Counter(row[0] for row in judged if row[4] == verdict).items()):
            newest = max(row[1] for row in judged if row[0] == name and row[4] == verdict)
            yield SetAside(
                what=what,
                count=count,
                text=f"source {name}: {counted(count, 'snapshot')} {words}, the newest of {newest}",
                command=f"talentwatch snapshots accept {name} {newest}",
            )


def _alerts(tx: Transaction, *, on: date) -> Iterator[SetAside]:
    in_force = silences_on(tx.decisions(SILENCE), on)
    if in_force:
        yield SetAside(
            what="silences",
            count=len(in_force),
            text=f"{counted(len(in_force), 'silence')} in force",
            command="talentwatch silence list",
        )
    groups = json.loads(tx.cursor(MUTED) or "[]")
    if groups:
        muted = muted_alerts(tx.steps(rules=sorted({rule for rule, _ in groups})))
        yield SetAside(
            what="muted_alerts",
            count=len(muted),
            text=f"{counted(len(muted), 'alert')} muted by a silence or another alert for now",
            command="talentwatch alerts",
        )


def _reviews(tx: Transaction) -> Iterator[SetAside]:
    last = {decision.key.rpartition(":")[0]: decision.verdict for decision in tx.decisions(REVIEW)}
    false = sum(verdict == "false" for verdict in last.values())
    if false:
        yield SetAside(
            what="false_moves",
            count=false,
            text=f"{counted(false, 'move')} judged false by an analyst, and not counted",
            command="talentwatch moves decide MOVE confirmed",
        )


def _rules(rules: RuleSet) -> Iterator[SetAside]:
    off = sorted(rule.id for rule in rules.rules if not rule.enabled)
    if off:
        yield SetAside(
            what="rules_off",
            count=len(off),
            text=f"{counted(len(off), 'rule')} off: {', '.join(off[:5])}"
            f"{f' and {len(off) - 5} more' if off[5:] else ''}",
            command="talentwatch rules list",
        )

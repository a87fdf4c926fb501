"""Tests of rules, in TOML beside them: who was where on which day, and what is said of it when.

They go through the real pipeline (snapshots, comparison, moves, evaluation) in a folder that is
thrown away, with the days of their snapshots; nothing of them is recorded or sent.
"""

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import orjson

from monitor.alerts.trials.history import from_scratch
from monitor.base.config_files.toml_files import Document, read, refused
from monitor.base.engine import Engine
from monitor.base.errors import UsageError, printable
from monitor.base.records import Alert, Json, Observation, Reason, Verdict
from monitor.base.settings import MoveSettings, Settings
from monitor.identity.organizations import Directory
from monitor.identity.people.clusters import People
from monitor.intake.snapshots.store import Store
from monitor.moves.derivation.derive import Derivation, derive
from monitor.moves.derivation.inputs import DerivationInputs
from monitor.rules.language import TESTS, Rule, load_rules

SOURCE = "test"
_SEVERAL = re.compile(r"(.*?)(\d{1,4})\.\.(\d{1,4})")
_EVENTS = [str(reason) for reason in Reason if reason not in {Reason.REVISED, Reason.REMINDED}]
_NEWS = {"grew", "escalated"}
_TAKEN_BACK = {"corrected", "withdrawn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedEvent:
    """One thing that the ledger says of an alert, or is expected to say."""

    on: date
    event: str
    people: tuple[str, ...]
    group: Mapping[str, str] | None = None
    """None, and so below, asks nothing."""
    severity: str | None = None
    late: bool | None = None

    def is_met_by(self, said: "ExpectedEvent") -> bool:
        """Whether what was said is what is expected here."""
        same = (self.on, self.event, self.people) == (said.on, said.event, said.people)
        asked = [
            (self.group, said.group),
            (self.severity, said.severity),
            (self.late, said.late),
        ]
        return same and all(wanted is None or wanted == actual for wanted, actual in asked)

    def __str__(self) -> str:
        group = ", ".join(f"{side} {value}" for side, value in (self.group or {}).items())
        more = [f"({group})"] if group else []
        more += [self.severity] if self.severity else []
        more += ["late"] if self.late else []
        return " ".join([f"{self.on} {self.event}", *more]) + f": {', '.join(self.people)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """One test: what is seen day by day, and what is expected to become known."""

    rule: Rule
    file: Path
    name: str
    snapshots: Mapping[date, bytes]
    """By day: JSON Lines."""
    until: date
    expected: tuple[ExpectedEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a test found."""

    test: RuleTest
    said: tuple[ExpectedEvent, ...]
    remarks: tuple[str, ...]
    """What the quality gates had to say of the snapshots."""

    @property
    def passed(self) -> bool:
        """Whether all that was expected was said, and nothing else."""
        return all(mark == " " for mark, _ in self._compared())

    @property
    def missing(self) -> list[str]:
        """What was expected and not said."""
        return [str(event) for mark, event in self._compared() if mark == "-"]

    @property
    def unexpected(self) -> list[str]:
        """What was said and not expected."""
        return [str(event) for mark, event in self._compared() if mark == "+"]

    def difference(self) -> list[str]:
        """Show what was expected (-), what was said instead (+) and what agreed, in order."""
        lines = [f"{mark} {event}" for mark, event in self._compared()]
        return [*lines, *(f"! {remark}" for remark in self.remarks)]

    def _compared(self) -> list[tuple[str, ExpectedEvent]]:
        left = list(self.said)
        differences: list[tuple[str, ExpectedEvent]] = []
        for event in self.test.expected:
            met = next((said for said in left if event.is_met_by(said)), None)
            if met is not None:
                left.remove(met)
            differences.append((" " if met else "-", event))
        differences += [("+", said) for said in left]
        return sorted(
            differences,
            key=lambda difference: (difference[1].on, difference[1].event, difference[0]),
        )


def files_of_tests(paths: Sequence[Path]) -> list[Path]:
    """Return the files of tests among some files and, at any depth, folders, sorted.

    Raises UsageError for a path that is not there.
    """
    missing = [printable(path) for path in paths if not path.exists()]
    if missing:
        raise UsageError(f"no such file or folder: {', '.join(missing)}")
    files = {file for path in paths for file in ([path] if path.is_file() else path.rglob(TESTS))}
    return sorted(files)


def load_tests(path: Path, *, directory: Directory, settings: Settings) -> list[RuleTest]:
    """Return the tests of a file. Raises UsageError with every Problem found in it or its rule."""
    document = read(path, "rule_test")
    rule = _rule(path, document, directory=directory, settings=settings)
    problems = [
        document.problem(("test", number, "expect", place), expected)
        for number, table in enumerate(document.content["test"])
        for place, event in enumerate(table.get("expect", ()))
        if (expected := _wrong(event)) is not None
    ]
    if problems:
        raise refused(path, problems)
    return [_test(path, rule, table) for table in document.content["test"]]


def run_test(test: RuleTest, directory: Directory) -> Result:
    """Take the snapshots of a test in, derive the moves, and follow the alerts of its rule."""
    with TemporaryDirectory(prefix="talentwatch-test-") as folder, Engine() as engine:
        store = Store(Path(folder))
        for day, lines in sorted(test.snapshots.items()):
            store.write(_observation(day, lines))
        grounds = DerivationInputs(
            directory=directory, people=People(), moves=MoveSettings(), quality={}, decisions={}
        )
        derivation = derive(engine, store, grounds)
        alerts = from_scratch(engine, [test.rule], directory, horizon=test.until)
    said = [
        _event(alert)
        for alert in alerts
        if alert.reason is not Reason.REVISED and alert.known_on <= test.until
    ]
    return Result(test=test, said=tuple(said), remarks=tuple(_remarks(derivation)))


def _rule(path: Path, document: Document, *, directory: Directory, settings: Settings) -> Rule:
    wanted = document.content.get("rule", printable(path.name).removesuffix(TESTS[1:]))
    rules = load_rules(path.parent, directory=directory, settings=settings)
    if wanted in rules.broken:
        raise UsageError(f"{path}: its rule cannot be used:", *rules.broken[wanted])
    matching = next((rule for rule in rules.rules if rule.id == wanted), None)
    if matching is None:
        expected = f"expected the id of a rule in {path.parent}, there is no {wanted!r}"
        raise refused(path, [document.problem(("rule",), expected)])
    return replace(matching, enabled=True)


def _wrong(event: Mapping[str, Json]) -> str | None:
    named = [word for word in _EVENTS if word in event]
    if len(named) == 1:
        return None
    return f"expected exactly one of {', '.join(_EVENTS)}"


def _test(path: Path, rule: Rule, table: Mapping[str, Json]) -> RuleTest:
    days = {date.fromisoformat(day): people for day, people in table["snapshots"].items()}
    until = table.get("until")
    return RuleTest(
        rule=rule,
        file=path,
        name=table["name"],
        snapshots=dict(_snapshots(days, table.get("crowd", {}))),
        until=date.fromisoformat(until) if until else max(days),
        expected=tuple(_expected(event) for event in table.get("expect", ())),
    )


def _snapshots(
    days: Mapping[date, Mapping[str, Json]], crowd: Mapping[str, int]
) -> Iterator[tuple[date, bytes]]:
    present: dict[str, list[Json]] = {
        f"{organization} {number}": [{"organization": organization}]
        for organization, people in crowd.items()
        for number in range(1, people + 1)
    }
    for day, named in sorted(days.items()):
        for names, text in named.items():
            for name in _names(names):
                if text is False:
                    present.pop(name, None)
                else:
                    present[name] = [_position(position) for position in _listed(text)]
        lines = (
            orjson.dumps({"id": name, "name": name, "positions": positions})
            for name, positions in present.items()
        )
        yield day, b"\n".join(lines)


def _names(text: str) -> list[str]:
    """Return the short names that are meant.

    >>> _names("ada"), _names("p9..11")
    (['ada'], ['p9', 'p10', 'p11'])
    """
    several = _SEVERAL.fullmatch(text)
    if several is None:
        return [text]
    return [f"{several[1]}{number}" for number in range(int(several[2]), int(several[3]) + 1)]


def _listed(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else [value]


def _position(value: Json) -> Mapping[str, Json]:
    return {"organization": value} if isinstance(value, str) else value


def _expected(event: Mapping[str, Json]) -> ExpectedEvent:
    word = next(word for word in _EVENTS if word in event)
    return ExpectedEvent(
        on=date.fromisoformat(event["on"]),
        event=word,
        people=tuple(sorted(name for names in event[word] for name in _names(names))),
        group=event.get("group"),
        severity=event.get("severity"),
        late=event.get("late"),
    )


def _event(alert: Alert) -> ExpectedEvent:
    """Say what a revision says."""
    word = str(alert.reason)
    people = [person.person for person in alert.people]
    if word in _NEWS:
        people = list(alert.new_people)
    elif word in _TAKEN_BACK:
        people = list(alert.gone_people)
    return ExpectedEvent(
        on=alert.known_on,
        event=word,
        people=tuple(sorted(people)),
        group=dict(alert.group),
        severity=alert.severity,
        late=alert.late,
    )


def _observation(day: date, lines: bytes) -> Observation:
    def opened() -> AbstractContextManager[BinaryIO]:
        return nullcontext(io.BytesIO(lines))

    return Observation(
        source=SOURCE,
        observed_on=day,
        origin=f"{day.isoformat()}.jsonl",
        sha256=hashlib.sha256(lines).hexdigest(),
        open=opened,
    )


def _remarks(derivation: Derivation) -> Iterator[str]:
    for rows in derivation.snapshots.values():
        for row in rows:
            if row.verdict in {Verdict.SUSPECT, Verdict.REJECTED}:
                why = "; ".join(row.reasons)
                yield f"the snapshot of {row.observed_on} is {row.verdict}: {why}"
    for notice in derivation.notices:
        yield notice.title

"""A watched world in a folder, told in a few lines: real files, the real pipeline, no network.

    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=2)})
    world.on("2025-01-01", ada=[job("Meta")], bob=[job("Meta"), job("MIT", end="2019")])
    world.then("2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI")], bob=None)
    world.run()
    assert world.moves() == ["ada: meta -> xai left 2025-01-10 joined 2025-01-10"]

Stable, for other tests to use:
- `World(root, rules=, organizations=, people=, config=, sources=, send_from=)` writes config.toml
  (a file channel `lines`, a source of kind "files" for each name in `sources`), organizations.toml,
  people.toml and rules/NAME.toml. `world.settings` reads them anew each time.
- `world.on(day, source=, **people)` writes one inbox snapshot, exactly these people; a person is a
  list of `job(...)` or a `profile(...)`. `world.then(day, ...)` is the source's last snapshot with
  changes: None removes a person. `world.file(day, text)` writes raw lines. All return the path.
- `world.run(now=)` is one live cycle (`now` defaults to the newest snapshot's day), `world.live()`
  hides all inbox files and runs once per snapshot on its day, `world.import_(*paths, replace=)`
  takes files in as `talentwatch import` does, `world.backfill(since=, until=, rule=, deliver=)`
  replays. `world.decide(source, day, verdict)` is an operator's `snapshots accept|reject`.
- `world.moves(...)`, `world.flows()`, `world.snapshots()`, `world.notices()`, `world.ledger()`
  (every revision in a line), `world.alerts()` (the JSON records of `talentwatch alerts --json`),
  `world.ledger_bytes()` (the whole of `alerts --json` as bytes), `world.sent()` (what was put into
  the outbox about alerts, in a line each), `world.kept_back()` (what was not sent, and why).
- `world.copied(root)` is the world as it is now in another folder: what several tests begin with is
  played once, by a fixture of their module.
- `crowd(...)` makes people who stay where they are, so that no gate speaks of a few who leave.
- `Cast` plays the histories of many people, one a test, in one world with one run: see there.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pytest

from monitor.base.engine import Engine
from monitor.base.records import Alert, Json
from monitor.base.settings import Settings, load_settings
from monitor.board.answers.alert_records import alert_record
from monitor.board.answers.moves import move_record
from monitor.cycle import collect_named, derive_moves, run_cycle
from monitor.delivery.outbox import Mode
from monitor.operations.backfill import backfill
from monitor.operations.written_inputs import load_definitions
from monitor.parts import CycleOutcome, Parts
from monitor.state import State, Transaction
from monitor.wiring import imported_source, open_parts, open_reading_engine

ORGANIZATIONS = """
[organizations.meta]
name = "Meta"
aliases = ["Meta Platforms", "Facebook"]
[organizations.meta.teams.fair]
name = "FAIR"
aliases = ["Fundamental AI Research"]
[organizations.xai]
name = "xAI"
aliases = ["X.AI"]
[organizations.openai]
name = "OpenAI"
[organizations.anthropic]
name = "Anthropic"
[organizations.google]
name = "Google"
[organizations.deepmind]
name = "DeepMind"
part_of = "google"
[groups]
rivals = ["xai", "anthropic"]
"""

Job = Mapping[str, Any]
Profile = Mapping[str, Any]
People = Mapping[str, Profile | Sequence[Job] | None]


def job(organization: str, start: str | None = None, end: str | None = None, **more: Any) -> Job:
    """Return one position; only what is named is written."""
    return {
        key: value
        for key, value in {"organization": organization, "start": start, "end": end, **more}.items()
        if value is not None
    }


def profile(*jobs: Job, **more: Any) -> Profile:
    """Return a profile with more than positions, such as `name` or `same_as`."""
    return {"positions": list(jobs), **more}


def crowd(organization: str, people: int = 10, *, prefix: str = "") -> dict[str, list[Job]]:
    """Return so many people who have always been at an organisation and stay there."""
    word = prefix or organization.lower()
    return {f"{word}-{number:04}": [job(organization)] for number in range(people)}


def flow(
    origin: str | None,
    destination: str | None,
    *,
    people: int,
    within: str | None = "90d",
    since: str | None = None,
    notify: str = "",
    severity: str = "warning",
    **more: Any,
) -> str:
    """Return a rule file; sides are given as TOML values, or as bare words for one organisation."""
    lines = [f'severity = "{severity}"', "[flow]", f"people = {people}"]
    lines += [
        f"{side} = {_toml(value)}"
        for side, value in (("from", origin), ("to", destination))
        if value is not None
    ]
    lines.append(f'since = "{since}"' if since else f'within = "{within}"')
    lines += [f"{key} = {_toml(value)}" for key, value in more.items()]
    return "\n".join([*lines, "[notify]", notify, ""])


def _toml(value: Any) -> str:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return value
    return json.dumps(value)


@dataclass
class World:
    """One installation of talentwatch in a folder of its own."""

    root: Path
    rules: Mapping[str, str] = field(default_factory=dict)
    organizations: str = ORGANIZATIONS
    people: str = ""
    config: str = ""
    sources: tuple[str, ...] = ("press",)
    send_from: str | None = "2000-01-01"
    patience: int | None = 0
    """For how many seconds a run tries again what receivers put off; None: as long as usual."""
    told: dict[str, dict[str, Profile]] = field(default_factory=dict)
    answers: dict[str, list[dict[str, Json]]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Write the files of the installation; later changes of an attribute need `rewrite`."""
        self.rewrite()

    def rewrite(self, **changes: Any) -> None:
        """Write config, directory, people and rules anew, with attributes changed."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.root.mkdir(parents=True, exist_ok=True)
        lines = ['people = "people.toml"', 'operations = ["lines"]']
        lines += [f'send_from = "{self.send_from}"'] if self.send_from else []
        lines += [] if self.patience is None else [f"run_deliver_seconds = {self.patience}"]
        for source in self.sources:
            lines += [f"[sources.{source}]", 'kind = "files"', f'path = "inbox/{source}/*.jsonl"']
        lines += ["[channels.lines]", 'kind = "file"', 'path = "alerts.jsonl"', self.config]
        (self.root / "config.toml").write_text("\n".join(lines), encoding="utf-8")
        (self.root / "organizations.toml").write_text(self.organizations, encoding="utf-8")
        (self.root / "people.toml").write_text(self.people, encoding="utf-8")
        folder = self.root / "rules"
        folder.mkdir(exist_ok=True)
        for path in folder.glob("*.toml"):
            path.unlink()
        for name, text in self.rules.items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")

    def copied(self, root: Path) -> "World":
        """Return this world as it is now in another folder, without playing it again."""
        shutil.copytree(self.root, root, dirs_exist_ok=True)
        return replace(self, root=root, told=dict(self.told), answers={})

    # -- what is observed -------------------------------------------------------------------------

    def on(self, day: str, source: str = "press", /, **people: Profile | Sequence[Job]) -> Path:
        """Write the snapshot of a day: exactly these people."""
        return self.observe(day, people, source=source)

    def then(
        self, day: str, source: str = "press", /, **people: Profile | Sequence[Job] | None
    ) -> Path:
        """Write the snapshot of a day: the last one written, with these changes."""
        return self.observe(day, {**self.told.get(source, {}), **people}, source=source)

    def observe(self, day: str, people: People, *, source: str = "press") -> Path:
        """Write the snapshot of a day from a mapping, for ids that are no Python names."""
        present = {
            who: what if isinstance(what, Mapping) else {"positions": list(what)}
            for who, what in people.items()
            if what is not None
        }
        self.told[source] = present
        lines = (
            json.dumps({"id": who, "name": who.title(), **what}, ensure_ascii=False)
            for who, what in present.items()
        )
        return self.file(day, "".join(f"{line}\n" for line in lines), source=source)

    def file(self, day: str, text: str, *, source: str = "press") -> Path:
        """Write the lines of a snapshot as they are."""
        path = self.root / "inbox" / source / f"{day}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    # -- what is done -----------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The settings, as the command line reads them."""
        return load_settings(self.root / "config.toml")

    @contextmanager
    def parts(self) -> Iterator[Parts]:
        """Open the parts of a cycle, for what the methods below do not do."""
        with open_parts(self.settings) as parts:
            yield parts

    def run(self, now: str | None = None, *, mode: Mode = Mode.LIVE) -> CycleOutcome:
        """Run one cycle at the end of a day: by default the day of the newest snapshot."""
        with self.parts() as parts:
            return run_cycle(parts, now=_evening(now or max(self._days())), mode=mode)

    def live(self, *, until: str | None = None) -> list[CycleOutcome]:
        """Run once for each snapshot, on its day, with the later files not there yet.

        With `until`, once more on that day.
        """
        files = sorted(self.root.glob("inbox/*/*.jsonl"), key=lambda path: (path.stem, path.parent))
        hidden = {path: path.with_suffix(".hidden") for path in files}
        for path, other in hidden.items():
            path.rename(other)
        outcomes = []
        for day in sorted({path.stem for path in files}):
            for path in files:
                if path.stem == day:
                    hidden[path].rename(path)
            outcomes.append(self.run(day))
        return [*outcomes, self.run(until)] if until else outcomes

    def import_(self, *files: Path, source: str = "press", replace: bool = False) -> list[str]:
        """Take files in and compare them, as `talentwatch import` does; return what went wrong."""
        fed = imported_source(self.settings, source, files, observed_on=None)
        with open_parts(self.settings, sources=fed) as parts:
            errors = collect_named(parts, replace_days=replace)
            derive_moves(parts)
        return errors

    def backfill(
        self,
        since: str = "2000-01-01",
        *,
        until: str | None = None,
        rule: str | None = None,
        deliver: bool = False,
        now: str = "2026-12-31",
    ) -> CycleOutcome:
        """Replay the past."""
        with self.parts() as parts:
            return backfill(
                parts,
                since=date.fromisoformat(since),
                until=date.fromisoformat(until) if until else None,
                rule=rule,
                deliver=deliver,
                now=_evening(now),
            )

    def decide(self, source: str, day: str, verdict: str) -> None:
        """Accept or reject a snapshot as an operator."""
        with State.open(self.settings.state) as state, state.transaction() as tx:
            tx.decide("snapshot", f"{source}:{day}", verdict, "tester", "", on=_evening(day))

    def _days(self) -> Iterable[str]:
        return (path.stem for path in self.root.glob("inbox/*/*.jsonl"))

    # -- what is known ----------------------------------------------------------------------------

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Open the derived tables for reading."""
        with open_reading_engine(self.settings) as engine:
            yield engine

    def move_rows(self, *, as_known_on: str | None = None, **filters: Any) -> list[dict[str, Json]]:
        """List the moves as `talentwatch moves --json` does; `person`, `retracted` are filters."""
        asked: dict[str, Any] = dict.fromkeys(
            ("origins", "destinations", "since", "until", "seen_since", "person")
        )
        asked |= {"retracted": False, "held": False, "known_on": as_known_on, **filters}
        with self.engine() as engine:
            return [move_record(row) for row in engine.records("listed_moves", **asked)]

    def moves_of_everyone(self, on: str | None, **filters: Any) -> list[dict[str, Json]]:
        """List the moves of a world that does not change any more: each question is asked once."""
        asked = repr((on, filters))
        if asked not in self.answers:
            self.answers[asked] = self.move_rows(as_known_on=on, **filters)
        return self.answers[asked]

    def moves(self, **filters: Any) -> list[str]:
        """List the moves in a line each, in order of joining."""
        return [move_line(row) for row in self.move_rows(**filters)]

    def flows(self) -> list[str]:
        """List the flows: "meta -> xai 3"."""
        names = ("origins", "destinations", "since", "until", "person", "known_on")
        with self.engine() as engine:
            rows = engine.rows("listed_flows", **dict.fromkeys(names))
        return [
            f"{origin or '?'} -> {target or '?'} {people}" for origin, target, people, *_ in rows
        ]

    def snapshots(self) -> list[str]:
        """List the verdicts: "press 2025-01-01 baseline"."""
        with self.engine() as engine:
            return [f"{row[0]} {row[1]} {row[4]}" for row in engine.rows("judged_snapshots")]

    @contextmanager
    def state(self) -> Iterator[Transaction]:
        """Read the state."""
        with State.open(self.settings.state) as state, state.reading() as tx:
            yield tx

    def revisions(self, rule: str | None = None) -> list[Alert]:
        """List every revision of the ledger, in the order they became known."""
        with self.state() as tx:
            return tx.revisions(rule)

    def ledger(self, rule: str | None = None) -> list[str]:
        """List every revision in a line: "2025-02-01 opened ada bob"."""
        return [alert_line(alert) for alert in self.revisions(rule)]

    def alerts(self, rule: str | None = None) -> list[dict[str, Json]]:
        """List the alerts as `talentwatch alerts --json` does."""
        counts = {one.id: one.count for one in load_definitions(self.settings).rules.rules}
        with self.state() as tx:
            horizon = date.fromisoformat(tx.cursor("horizon") or date.min.isoformat())
            found = list(tx.latest(rule))
        found.sort(
            key=lambda alert: (alert.first_known_on, alert.opened_on, alert.rule, alert.alert)
        )
        return [
            alert_record(alert, horizon=horizon, counts=counts.get(alert.rule)) for alert in found
        ]

    def ledger_bytes(self) -> bytes:
        """Return all alerts as the bytes of `talentwatch alerts --json`."""
        return b"".join(orjson.dumps(record) + b"\n" for record in self.alerts())

    def notices(self) -> list[str]:
        """List the keys of the notices put into the outbox, oldest first."""
        return [
            delivery.about
            for delivery in self._deliveries()
            if delivery.body.get("type") == "notice"
        ]

    def sent(self) -> list[str]:
        """List the messages about alerts in the outbox, oldest first: "opened ada bob"."""
        with self.state() as tx:
            steps = [step for step in tx.notifications() if step.message is not None]
        return [f"{step.reason} {' '.join(names(step.alert))}".strip() for step in steps]

    def kept_back(self) -> list[str]:
        """List what was not sent, with the reason."""
        with self.state() as tx:
            steps = [step for step in tx.notifications() if step.suppressed is not None]
        return [f"{step.reason}: {step.suppressed}" for step in steps]

    def _deliveries(self) -> list[Any]:
        with self.state() as tx:
            return sorted(tx.deliveries(limit=10_000), key=lambda delivery: delivery.number)


CALENDAR = ("2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01")
"""The days on which the profiles of a cast are observed; the months in words."""
GONE = None
"""Not in the snapshot."""
Test = TypeVar("Test", bound=Callable[..., None])


@dataclass
class Cast:
    """The people of a test module, each with the history of one profile, one person a test.

    A test is marked `@cast.plays(first, second, ...)` with the positions on the days of CALENDAR
    (the last ones stay; GONE is not in the snapshot), and asks for the fixture `played`, which its
    module defines as `return cast.of(request, tmp_path_factory)`. All of them are observed in one
    world, where a crowd at each organisation keeps the gates quiet.
    """

    organizations: str = ORGANIZATIONS
    people: dict[str, Sequence[Sequence[Job] | None]] = field(default_factory=dict)
    world: World | None = None

    def plays(self, *states: Sequence[Job] | None) -> Callable[[Test], Test]:
        """Give a test the person whose profile reads so on the days of the calendar."""

        def remember(test: Test) -> Test:
            self.people[test.__name__] = states
            return test

        return remember

    def of(self, request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> "Played":
        """Return what is known of a test's person; the first one to ask has the world run."""
        if self.world is None:
            self.world = self._perform(folders.mktemp("cast"))
        return Played(self.world, request.node.name)

    def _perform(self, root: Path) -> World:
        world = World(root, organizations=self.organizations)
        audience = {
            who: jobs
            for organization in ("Meta", "xAI", "OpenAI", "Google", "Anthropic", "Acme")
            for who, jobs in crowd(organization, 60).items()
        }
        for number, day in enumerate(CALENDAR):
            today = {
                who: states[min(number, len(states) - 1)] for who, states in self.people.items()
            }
            world.observe(day, {**audience, **today})
        world.run()
        assert all("suspect" not in line for line in world.snapshots()), world.snapshots()
        return world


@dataclass(frozen=True)
class Played:
    """What became known of one person of a cast."""

    world: World
    person: str

    @property
    def moves(self) -> list[str]:
        """The moves believed at the end, "meta -> xai 2025-01-02..2025-02-01", by joining."""
        return self.known()

    def known(self, on: str | None = None) -> list[str]:
        """List the moves as known on a day; left and joined are told apart where they differ."""
        return [_short(row) for row in self.rows(on)]

    def rows(self, on: str | None = None, **filters: Any) -> list[dict[str, Json]]:
        """List the moves with all that is known of them."""
        everyone = self.world.moves_of_everyone(on, **filters)
        return [row for row in everyone if row["person"] == self.person]


def _short(row: Mapping[str, Json]) -> str:
    sides = " -> ".join(row[side]["organization"] if row[side] else "?" for side in ("from", "to"))
    left, joined = _interval(row["left"]), _interval(row["joined"])
    held = "" if row["status"] == "counted" else f" ({row['status']})"
    dates = left if left == joined else f"left {left} joined {joined}"
    return f"{sides} {dates}{held}"


def move_line(row: Mapping[str, Json]) -> str:
    """Write a move in a line; a date written once stands for both ends of its interval."""
    sides = " -> ".join(row[side]["organization"] if row[side] else "?" for side in ("from", "to"))
    dates = " ".join(f"{word} {_interval(row[word])}" for word in ("left", "joined"))
    status = "" if row["status"] == "counted" else f" ({row['status']})"
    return f"{row['person']}: {sides} {dates}{status}"


def _interval(days: Mapping[str, str]) -> str:
    if days["earliest"] == days["latest"]:
        return days["earliest"]
    return f"{days['earliest']}..{days['latest']}"


def alert_line(alert: Alert) -> str:
    """Write a revision in a line: its day, its reason, its group and its people."""
    words = [str(alert.known_on), str(alert.reason), *alert.group.values(), *names(alert)]
    return " ".join([*words, "late"] if alert.late else words)


def names(alert: Alert) -> list[str]:
    """List the people of a revision."""
    return [person.person for person in alert.people]


def _evening(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(23, 59, 59), UTC)

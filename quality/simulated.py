"""Holds what is found in a simulated world against what is true of it."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from monitor.base.records import Alert
from monitor.base.settings import load_settings
from monitor.cycle import collect_named
from monitor.operations.backfill import backfill
from monitor.simulate import Options, rates_of, simulate
from monitor.state import State
from monitor.wiring import open_parts

Row = Mapping[str, Any]
UNFILTERED: Row = dict.fromkeys(
    ("origins", "destinations", "since", "until", "seen_since", "held", "person", "known_on")
)
"""Nothing is asked of the moves that are listed."""
Pair = tuple[str | None, str | None]
Key = tuple[str, str | None, str | None]
"""Person, from, to; as the truth names them."""
THRESHOLD, WINDOW = 5, 90


class Sighted(NamedTuple):
    """What a profile showed of a move for a while: the days on which it may have been."""

    since: date
    until: date
    earliest: date
    latest: date
    person: str


@dataclass(slots=True)
class Truth:
    """The records of a `truth.jsonl`, ready to be asked."""

    days: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    """The person of an id, where it is not the id itself."""
    joined: dict[str, str] = field(default_factory=dict)
    """What an organisation was merged into."""
    moves: list[Row] = field(default_factory=list)
    raids: list[Row] = field(default_factory=list)
    """The great one first."""

    @property
    def raid(self) -> Row:
        """The great raid."""
        return self.raids[0]

    @classmethod
    def read(cls, path: Path) -> "Truth":
        """Read a file."""
        truth = cls()
        with path.open(encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                truth._take(line)
        return truth

    def _take(self, record: dict[str, Any]) -> None:
        match record["record"]:
            case "move":
                self.moves.append(record)
            case "raid":
                self.raids.append(record)
            case "organization":
                self.names |= dict.fromkeys(record["written"], record["organization"])
            case "profile":
                self.people |= dict.fromkeys(record["ids"], record["person"])
            case "event" if record["kind"] == "merger":
                self.joined[record["organization"]] = record["name"]
            case "snapshot":
                self.days.append(record["day"])
            case _:
                pass  # what only a reader wants to know

    @property
    def years(self) -> float:
        """How long one looked."""
        first, last = (date.fromisoformat(self.days[end]) for end in (0, -1))
        return (last - first).days / 365.25

    def organization(self, written: str | None) -> str | None:
        """Name the organisation that is meant, as it is after all mergers; None is nowhere."""
        if written is None:
            return None
        name = self.names.get(written, written)
        return self.joined.get(name, name)

    def key(self, person: str, origin: str | None, destination: str | None) -> Key:
        """Name a move in the words of the truth."""
        return (
            self.people.get(person, person),
            self.organization(origin),
            self.organization(destination),
        )


@dataclass(slots=True)
class Score:
    """How well one world, or several, were seen."""

    true: int = 0
    found: int = 0
    right: int = 0
    """Of the found ones, those that are true; each true one answers for one."""
    on_the_day: int = 0
    due: int = 0
    """Alerts that the truth asks for."""
    raised: int = 0
    """Of those due, raised by the very snapshot that first holds enough evidence."""
    false: int = 0
    raids: int = 0
    raids_due: int = 0
    years: float = 0.0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    false_alerts: list[str] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """Of what was found, how much is true."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Of what is true, how much was found."""
        return self.right / self.true if self.true else 1.0

    @property
    def promptness(self) -> float:
        """Of what was found and is true, how much by the first snapshot that showed it."""
        return self.on_the_day / self.right if self.right else 1.0

    def __add__(self, other: "Score") -> "Score":
        """Join what was seen in two worlds."""
        parts = [field.name for field in fields(self)]
        return Score(**{name: getattr(self, name) + getattr(other, name) for name in parts})


def see(world: Path) -> tuple[list[Row], list[Alert], Counter[str]]:
    """Run the detection over a world: its moves, the revisions of its alerts, the verdicts."""
    settings = load_settings(world / "config.toml")
    with open_parts(settings) as parts:
        errors = collect_named(parts)
        outcome = backfill(
            parts,
            since=date(1900, 1, 1),
            until=None,
            rule=None,
            deliver=False,
            now=datetime.combine(max(parts.store.manifests("simulated")), time.max, UTC),
        )
        assert errors == [], errors
        assert outcome.errors == (), outcome.errors
        rows: list[Row] = list(parts.engine.records("listed_moves", **UNFILTERED, retracted=False))
        verdicts = Counter(str(row.verdict) for row in outcome.snapshots["simulated"])
    with State.open(settings.state) as state, state.reading() as tx:
        return rows, list(tx.revisions()), verdicts


def score(truth: Truth, rows: Sequence[Row], revisions: Sequence[Alert]) -> Score:
    """Hold what was found against the truth; what the first snapshot tells counts for neither."""
    due: dict[Key, list[Row]] = defaultdict(list)
    for move in truth.moves:
        due[truth.key(move["person"], move["from"], move["to"])].append(move)
    seen: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        if row["status"] == "counted":
            key = truth.key(row["profile"], _name(row["from_side"]), _name(row["to_side"]))
            seen[key].append(row)
    total = Score(years=truth.years)
    for key in sorted(due.keys() | seen.keys(), key=str):
        _hold(total, truth.days[0], due.get(key, []), seen.get(key, []))
    _hold_alerts(total, truth, alerts_due(due), revisions)
    return total


def _name(side: Row | None) -> str | None:
    return None if side is None else side["name"]


def _hold(total: Score, first: str, due: Sequence[Row], seen: Sequence[Row]) -> None:
    """Pair the moves of one person from one place to another, in the order they were seen."""
    # Several profiles of a person show the same move: it is one.
    profiles: dict[str, list[Row]] = defaultdict(list)
    for row in seen:
        profiles[row["profile"]].append(row)
    most = max(profiles.values(), key=len, default=[])
    most = sorted(most, key=lambda row: str(row["observed_on"]))
    due = sorted(due, key=lambda move: str(move["visible_on"]))
    pairs = min(len(due), len(most))
    wrong = [row for row in most[pairs:] if str(row["observed_on"]) > first]
    missed = [move for move in due[pairs:] if move["visible_on"] > first]
    matched = [
        (move, row) for move, row in zip(due, most, strict=False) if move["visible_on"] > first
    ]
    total.wrong += [_told(row) for row in wrong]
    total.missed += [json.dumps(move, ensure_ascii=False) for move in missed]
    total.true += len(matched) + len(missed)
    total.found += len(matched) + len(wrong)
    total.right += len(matched)
    total.on_the_day += sum(str(row["observed_on"]) == move["visible_on"] for move, row in matched)


def _told(row: Row) -> str:
    names = f"{_name(row['from_side'])} -> {_name(row['to_side'])}"
    return f"{row['profile']}: {names}, joined {row['joined_earliest']}, seen {row['observed_on']}"


def alerts_due(due: Mapping[Key, Sequence[Row]]) -> dict[Pair, date]:
    """Name the pairs that the rule is true of, each with the first snapshot that shows it."""
    pairs: dict[Pair, list[Sighted]] = defaultdict(list)
    for (person, origin, destination), moves in due.items():
        if origin and destination:
            pairs[origin, destination] += [
                Sighted(
                    since=_day(sight["visible_on"]),
                    until=_day(sight["shown_until"] or "9999-12-31"),
                    earliest=_day(sight["earliest"]),
                    latest=_day(sight["latest"]),
                    person=person,
                )
                for move in moves
                for sight in move["sights"]
            ]
    found = {pair: _evidence(sorted(sights)) for pair, sights in pairs.items()}
    return {pair: on for pair, on in found.items() if on}


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _evidence(sights: Sequence[Sighted]) -> date | None:
    if len({sight.person for sight in sights}) < THRESHOLD:
        return None
    for on in sorted({sight.since for sight in sights}):
        known = [sight for sight in sights if sight.since <= on < sight.until]
        for end in {sight.latest for sight in known}:
            since = end - timedelta(days=WINDOW)
            inside = {
                sight.person for sight in known if since < sight.earliest and sight.latest <= end
            }
            if len(inside) >= THRESHOLD:
                return on
    return None


def _hold_alerts(
    total: Score, truth: Truth, due: Mapping[Pair, date], revisions: Sequence[Alert]
) -> None:
    raised: dict[Pair, set[date]] = defaultdict(set)
    for revision in revisions:
        if revision.revision > 1:
            continue
        origin, destination = revision.people[0].origin, revision.people[0].destination
        pair = truth.key(
            "", origin.name if origin else None, destination.name if destination else None
        )[1:]
        raised[pair].add(revision.first_known_on)
        if due.get(pair, date.max) > revision.first_known_on:
            total.false += 1
            people = ", ".join(person.person for person in revision.people)
            total.false_alerts.append(
                f"{pair[0]} -> {pair[1]} on {revision.first_known_on}: {people}"
            )
    # Whether who went to two that merged went to one place is for an operator to decide.
    merged = truth.joined.keys() | set(truth.joined.values())
    clear = {pair: on for pair, on in due.items() if not merged & set(pair)}
    total.due = len(clear)
    total.raised = sum(min(raised[pair], default=None) == on for pair, on in clear.items())
    raided = (truth.organization(truth.raid["from"]), truth.organization(truth.raid["to"]))
    # People may have gone that way long before the raid, with an alert of their own.
    total.raids_due = int(truth.raid["evidence_on"] is not None)
    total.raids = int(truth.raid["evidence_on"] in map(str, raised[raided]))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is simulated, and how the detection is set up for it."""

    profiles: int
    snapshots: int
    days: int
    people_each: int = 50
    seed: int = 0
    only: tuple[str, ...] | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    config: str = ""
    """Lines that follow `[sources.simulated]`."""
    apart: bool = False
    """Whether the operator calls all ids of one person different people."""


def _different(truth: Path) -> str:
    """Call all ids of each person different people, in the words of `people.toml`."""
    ids: dict[str, list[str]] = defaultdict(list)
    for identity, person in Truth.read(truth).people.items():
        ids[person].append(f"simulated:{identity}")
    some = ([f"simulated:{person}", *others] for person, others in ids.items())
    return "".join(f"[[different]]\nids = {json.dumps(one)}\n" for one in some)


def measured(world: World) -> Score:
    """Simulate a world in a scratch folder, see it, and score what was seen."""
    with TemporaryDirectory(prefix="talentwatch-quality-") as scratch:
        folder = Path(scratch) / "world"
        simulate(
            Options(
                profiles=world.profiles,
                snapshots=world.snapshots,
                days=world.days,
                people_each=world.people_each,
                seed=world.seed,
                rates=rates_of(world.rates, only=world.only),
            ),
            folder,
        )
        config = folder / "config.toml"
        people = ""
        if world.apart:
            people = 'people = "people.toml"\n'
            (folder / "people.toml").write_text(_different(folder / "truth.jsonl"), "utf-8")
        config.write_text(f"{people}{config.read_text('utf-8')}{world.config}", "utf-8")
        rows, revisions, verdicts = see(folder)
        total = score(Truth.read(folder / "truth.jsonl"), rows, revisions)
    total.verdicts = verdicts
    return total

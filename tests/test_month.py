"""Thirty days in which everything happens, held against the same days in peace."""

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kill_harness import Zygote, zygote
from story import World, flow

BEGIN = datetime(2025, 3, 1, tzinfo=UTC)
SOURCES = ("press", "wire")
PLACES = ("Meta", "xAI", "OpenAI", "Google")
CONFIG = "[watch]\nfailures = 2\n" + "\n".join(
    f"[sources.{name}]\nkind = 'files'\npath = 'inbox/{name}/*.jsonl*'\nschedule = '0 6 * * *'\n"
    "stale_after = '6d'"
    for name in SOURCES
)
RULES = {
    "pairs": flow(
        "*", "*", people=2, within="12d", group_by=["from.organization", "to.organization"]
    ),
    "leaving": flow("meta", None, people=4, within="9d"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What happens when; days are counted from 0."""

    days: int
    asleep: range
    """The machine does not run; files come in all the same."""
    failing: range
    """The source `wire` shows a broken file on the first of them, and nothing else."""
    jumps: dict[int, int]
    """On these days a run takes place with a clock that is so many days off."""
    hours: tuple[int, ...] = (1, 7, 13, 19)
    people: int = 60


SHORT = Month(
    days=9, asleep=range(2, 3), failing=range(4, 6), jumps={7: 2, 8: -1}, hours=(7,), people=40
)
LONG = Month(days=30, asleep=range(6, 10), failing=range(13, 16), jumps={20: 3, 24: -2})


def snapshots(month: Month) -> dict[tuple[str, int], str]:
    """Write down for each source and day who is where; each day some people move."""
    chance = random.Random(11)
    files: dict[tuple[str, int], str] = {}
    for source in SOURCES:
        at = {f"{source}-{n}": PLACES[n % len(PLACES)] for n in range(month.people)}
        past: dict[str, list[dict[str, str]]] = {}
        for number in range(month.days):
            day = f"{BEGIN + timedelta(days=number):%Y-%m-%d}"
            for person in chance.sample(sorted(at), 2 if number else 0):
                past.setdefault(person, []).append({"organization": at[person], "end": day})
                at[person] = chance.choice([place for place in PLACES if place != at[person]])
            files[source, number] = "".join(
                json.dumps(
                    {
                        "id": person,
                        "name": person,
                        "positions": [{"organization": at[person]}, *past.get(person, [])],
                    }
                )
                + "\n"
                for person in sorted(at)
            )
    return files


@dataclass(slots=True, kw_only=True)
class Life:
    """One world through a month."""

    world: World
    forks: Zygote
    month: Month
    chance: random.Random | None = None
    """Where there is one, things happen."""
    files: dict[tuple[str, int], str] = field(default_factory=dict)
    killed: int = 0
    runs: int = 0

    def live(self) -> None:
        """Run at each hour of each day."""
        self.files = snapshots(self.month)
        for number in range(self.month.days):
            self._receive(number)
            for hour in self.month.hours:
                if self.chance is None or number not in self.month.asleep:
                    self._hour(number, BEGIN + timedelta(days=number, hours=hour))
        self._run(BEGIN + timedelta(days=self.month.days, hours=7))

    def _receive(self, number: int) -> None:
        for source in SOURCES:
            if self.chance is None or source != "wire" or number not in self.month.failing:
                self._put(source, number)
        if self.chance is None:
            return
        broken = self._path("wire", self.month.failing.start).with_suffix(".jsonl.gz")
        if number == self.month.failing.start:
            broken.write_bytes(b"\x1f\x8b\x08 cut short")
        if number == self.month.failing.stop:
            broken.unlink()
            for missed in self.month.failing:
                self._put("wire", missed)

    def _put(self, source: str, number: int) -> None:
        self.world.file(self._path(source, number).stem, self.files[source, number], source=source)

    def _path(self, source: str, number: int) -> Path:
        day = BEGIN + timedelta(days=number)
        return self.world.root / "inbox" / source / f"{day:%Y-%m-%d}.jsonl"

    def _hour(self, number: int, moment: datetime) -> None:
        if self.chance is not None:
            off = self.month.jumps.get(number)
            if off is not None and moment.hour == self.month.hours[-1]:
                self._run(moment + timedelta(days=off))
            after = self.chance.uniform(0.01, 0.4)
            killed = self.forks.run_at(self.world.root / "config.toml", moment, kill_after=after)
            self.killed += killed < 0
        self._run(moment)

    def _run(self, moment: datetime) -> None:
        self.runs += 1
        self.forks.run_at(self.world.root / "config.toml", moment)

    @property
    def sent(self) -> dict[str, dict[str, object]]:
        """The messages that came, by id; a killed run may leave half a line, or send one again."""
        found = {}
        for line in (self.world.root / "alerts.jsonl").read_text(encoding="utf-8").splitlines():
            try:
                message = json.loads(line)
            except json.JSONDecodeError:
                continue
            found[message["id"]] = message
        return found

    @property
    def notices(self) -> Counter[str]:
        """How often each notice came."""
        return Counter(
            str(record["title"]) for record in self.sent.values() if record["type"] == "notice"
        )

    @property
    def last_words(self) -> dict[str, object]:
        """What was said last of each alert: its status and its people."""
        found: dict[str, object] = {}
        for record in self.sent.values():
            if record["type"] != "notice":
                found[str(record["alert"])] = (record["status"], record["people"])
        return found


def held_against_peace(tmp_path: Path, month: Month) -> tuple[Life, Life]:
    """Live the same days twice, in peace and not, and compare what came of it."""
    with zygote() as forks:
        lives = []
        for name, chance in (("peace", None), ("trouble", random.Random(5))):
            world = World(tmp_path / name, rules=RULES, sources=(), config=CONFIG)
            life = Life(world=world, forks=forks, month=month, chance=chance)
            life.live()
            lives.append(life)
    peace, trouble = lives
    assert trouble.world.ledger_bytes() == peace.world.ledger_bytes()
    assert trouble.world.move_rows() == peace.world.move_rows()
    assert trouble.last_words == peace.last_words
    assert not peace.notices
    assert trouble.notices == Counter(
        ["The source wire fails", "The source wire works again", "The clock was set back"]
    )
    return peace, trouble


@pytest.mark.long
@pytest.mark.slow
def test_nine_days_of_trouble_end_as_nine_days_of_peace(tmp_path):
    """The ledger is the same; one notice for the cause, one for the recovery."""
    peace, trouble = held_against_peace(tmp_path, SHORT)
    assert len(peace.world.alerts()) >= 4
    assert trouble.killed >= 4


@pytest.mark.long
def test_thirty_days_of_trouble_end_as_thirty_days_of_peace(tmp_path, record_property):
    """As the short form: killed each hour, 4 days asleep, a source broken for 3, two jumps."""
    peace, trouble = held_against_peace(tmp_path, LONG)
    record_property(
        "proof",
        f"{len(peace.world.alerts())} alerts, {len(peace.world.revisions())} revisions, the same"
        f" after {trouble.runs} runs of which {trouble.killed} were killed before, 4 days asleep,"
        " 3 days of a failing source, clock jumps of +3 and -2 days;"
        f" notices: {sorted(trouble.notices.items())}",
    )

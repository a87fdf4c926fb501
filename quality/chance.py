"""Measures whether rules on `unusual` keep their promise: alerts a year that chance alone makes.

Hard worlds are simulated and seen by the detection, all rules in one run. In null worlds nobody is
raided but by the great raid of every world, whose pair is left out; in worlds with raids it is
counted how many of those of 3 to 12 people each rule found. Side by side stands `people = 5`.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from kept import ROOT, code_of, figures_once
from simulated import Truth, see

from monitor.base.records import Alert, AlertStatus
from monitor.base.telemetry import logs
from monitor.simulate import HARD, Options, rates_of, simulate

ASKED = (3.0, 1.0, 0.3)
"""Alerts a year that rules ask chance for."""
BEGIN, END = "<!-- written by make chance -->", "<!-- end of make chance -->"
HEAD = ("rule", "false alerts a year", "of what was asked for", "raids of 3 to 12 found")
PLAIN = "people = 5"
RAIDS_A_YEAR = 0.05
"""On an organisation, in worlds with raids."""
WINDOW = 90
_RULE = """title = "{title}"
[flow]
from = "*"
to = "*"
within = "90d"
unusual = {asked}
group_by = ["from.organization", "to.organization"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HardWorld:
    """What is simulated; profiles write days or months, late, and are wrong in nothing."""

    seed: int
    raids: bool = False
    profiles: int = 15_000
    snapshots: int = 40
    days: int = 28
    people_each: int = 50

    @property
    def options(self) -> Options:
        """The options of the simulation."""
        rates = {**HARD, "month_dates": 0.6, "raids": RAIDS_A_YEAR if self.raids else 0.0}
        return Options(
            profiles=self.profiles,
            snapshots=self.snapshots,
            days=self.days,
            people_each=self.people_each,
            seed=self.seed,
            rates=rates_of(rates, only=["update_lag", *rates]),
        )


@dataclass(slots=True)
class Promise:
    """What the rules told in one world, or in several."""

    years: float = 0.0
    raids: int = 0
    false: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: "Promise") -> "Promise":
        """Join what was seen in two worlds."""
        return Promise(
            years=self.years + other.years,
            raids=self.raids + other.raids,
            false=_added(self.false, other.false),
            found=_added(self.found, other.found),
        )


def _added(some: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    return {rule: some.get(rule, 0) + others.get(rule, 0) for rule in {**some, **others}}


def main() -> None:
    """Measure, print the table, and write it between its marks."""
    options = _options()
    logs.say_from("error")
    shape = {
        "profiles": options.profiles,
        "snapshots": options.snapshots,
        "people_each": options.people_each,
    }
    seeds = range(options.seed, options.seed + options.null)
    worlds = [HardWorld(seed=seed, **shape) for seed in seeds]
    raided = range(options.seed + 1000, options.seed + 1000 + options.raided)
    worlds += [HardWorld(seed=seed, raids=True, **shape) for seed in raided]
    measure = partial(measured_once, folder=options.kept / code_of(ROOT))
    with ProcessPoolExecutor(options.jobs, initializer=logs.say_from, initargs=("error",)) as pool:
        found = list(_told(worlds, pool.map(measure, worlds)))
    table = "\n".join(_table(worlds, found))
    print(table)
    if options.page:
        text = options.page.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        options.page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--null", type=int, default=6, help="worlds without raids")
    parser.add_argument("--raided", type=int, default=3, help="worlds with raids")
    parser.add_argument(
        "--seed", type=int, default=0, help="of the first world; then one more each"
    )
    parser.add_argument("--profiles", type=int, default=15_000, help="in each world")
    parser.add_argument("--snapshots", type=int, default=40, help="four weeks apart")
    parser.add_argument("--people-each", type=int, default=50, help="at an organisation")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at once")
    parser.add_argument("--kept", type=Path, default=ROOT / "build" / "quality")
    parser.add_argument("--page", type=Path, help="a page to write the table into")
    return parser.parse_args()


def measured_once(world: HardWorld, folder: Path) -> Promise:
    """Measure a world, or read what was measured in it before."""
    return Promise(**figures_once(world, folder, lambda: measured(world)))


def measured(world: HardWorld) -> Promise:
    """Simulate a world in a scratch folder, see it, and count what each rule told."""
    with TemporaryDirectory(prefix="talentwatch-chance-") as scratch:
        folder = Path(scratch) / "world"
        simulate(world.options, folder)
        for asked in ASKED:
            text = _RULE.format(title=_title(asked), asked=asked)
            name = f"unusual-{f'{asked:g}'.replace('.', '_')}.toml"
            (folder / "rules" / name).write_text(text, encoding="utf-8")
        _, revisions, _ = see(folder)
        return count(Truth.read(folder / "truth.jsonl"), revisions)


def _title(asked: float) -> str:
    return f"unusual = {asked:g}"


def count(truth: Truth, revisions: Sequence[Alert]) -> Promise:
    """Hold the alerts of every rule against the raids; what the first look tells counts for none.

    An alert between the sides of a raid whose time overlaps its days has found it; one between any
    other two is false. The great raid and its pair count for neither.
    """
    newest = {alert.alert: alert for alert in revisions}
    great, *raids = truth.raids
    sides = {(raid["from"], raid["to"]): raid for raid in raids}
    titles = [PLAIN, *(_title(asked) for asked in ASKED)]
    promise = Promise(years=truth.years, raids=len(raids), false=dict.fromkeys(titles, 0))
    found: dict[str, set[tuple[str, str]]] = {title: set() for title in titles}
    for alert in newest.values():
        pair = _pair(alert)
        early = alert.first_known_on.isoformat() <= truth.days[0]
        if pair is None or early or pair == (great["from"], great["to"]):
            continue
        title = PLAIN if alert.rule == "any-to-any" else _asked(alert.rule)
        if pair not in sides:
            promise.false[title] += 1
        elif _overlaps(alert, sides[pair]):
            found[title].add(pair)
    promise.found = {title: len(pairs) for title, pairs in found.items()}
    return promise


def _asked(rule: str) -> str:
    return _title(float(rule.removeprefix("unusual-").replace("_", ".")))


def _pair(alert: Alert) -> tuple[str, str] | None:
    """The sides of an alert, as they are written: the worlds have no other spellings."""
    if alert.status is AlertStatus.WITHDRAWN or not alert.people:
        return None
    origin, destination = alert.people[0].origin, alert.people[0].destination
    return None if origin is None or destination is None else (origin.name, destination.name)


def _overlaps(alert: Alert, raid: Mapping[str, str]) -> bool:
    last = date.fromisoformat(raid["ended"]) + timedelta(days=WINDOW)
    closed = alert.closed_on or date.max
    return alert.opened_on <= last and closed > date.fromisoformat(raid["began"])


def _told(worlds: Sequence[HardWorld], found: Iterator[Promise]) -> Iterator[Promise]:
    for world, promise in zip(worlds, found, strict=True):
        kind = f"{promise.raids} raids" if world.raids else "null"
        print(
            f"seed {world.seed}, {kind}: false {promise.false} in {promise.years:.1f} years,"
            f" found {promise.found}",
            file=sys.stderr,
            flush=True,
        )
        yield promise


def _table(worlds: Sequence[HardWorld], found: Sequence[Promise]) -> Iterator[str]:
    null = sum(
        (promise for world, promise in zip(worlds, found, strict=True) if not world.raids),
        Promise(),
    )
    raided = sum(
        (promise for world, promise in zip(worlds, found, strict=True) if world.raids), Promise()
    )
    world = worlds[0]
    seeds = ", ".join(str(world.seed) for world in worlds)
    yield f"{world.profiles:,} people at organisations of {world.people_each}, seeds {seeds}:"
    yield ""
    yield f"| {' | '.join(HEAD)} |"
    yield f"|---|{'--:|' * (len(HEAD) - 1)}"
    for title in null.false or raided.false:
        asked = None if title == PLAIN else float(title.rpartition(" ")[2])
        a_year = null.false[title] / null.years if null.years else 0.0
        times = f"{a_year / asked:.2f}" if asked else ""
        share = f"{raided.found.get(title, 0)} of {raided.raids}" if raided.raids else ""
        yield f"| `{title}` | {a_year:.2f} | {times} | {share} |"


if __name__ == "__main__":
    main()

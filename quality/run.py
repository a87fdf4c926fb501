"""Measures how many moves and alerts are right, on simulated worlds and, if given, on real data.

Writes its tables between the marks of docs/quality.md; `--quick` takes small worlds and writes
nothing. It keeps its measurements under build/quality by the content of the code, so that a run
that was stopped continues where it was.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import outages
import real
from kept import ROOT, code_of, measured_once
from simulated import Score, World

from monitor.base.telemetry import logs
from monitor.simulate import FAULTS
from monitor.simulate.market.faults import HARD, OF_SNAPSHOTS

BEGIN, END = "<!-- written by make quality -->", "<!-- as far as this -->"
FAULTS_HEAD = (
    *("simulated with", "people x snapshots", "moves", "precision", "recall", "seen on the day"),
    *("alerts on the day", "raids on the day", "false alerts a year"),
)
GATES_HEAD = ("gate switched off", "simulated with", "figure", "with it", "without it")
PROMPT = "promptness"
IN_WORDS = {PROMPT: "seen on the day", "false": "false alerts"}
OUTAGES_HEAD = (
    *("`[stock]` alerts", "with every look", "opened while nobody looked"),
    *("found afterwards", "found in error"),
)
OUTAGE_SEEDS = 3
QUICK = 400
OFTEN = 0.2
"""So often a fault of whole snapshots happens where it is looked at alone."""
WORST_SHOWN = 5
ALONE: Mapping[str, float] = {
    "slow_renames": 0.1,
    "carve_outs": 0.3,
    "second_employers": 0.1,
    "page_doubles": 0.05,
    "pasted_histories": 1.0,
    "replaced_careers": 0.1,
    "gone_for_good": 0.1,
    "outages": 1.0,
    "raids": 0.5,
}
"""How often what usual worlds do not have happens where it is looked at alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table, and the worlds that it is measured in."""

    title: str
    worlds: tuple[World, ...]
    gate: "Gate | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gate of the configuration, and the faults that it is there for."""

    name: str
    faults: Mapping[str, float]
    """With their rates."""
    figure: str
    """Of a Score; without the gate it is worse."""
    people_each: int = 50
    """At an organisation on average."""
    beside: tuple[str, ...] = ()
    """Other gates that would notice as well, switched off."""

    def world(self, world: World, *, on: bool) -> World:
        """A world as it is seen with the gate, or without it."""
        return replace(world, config=self.config(on=on))

    def config(self, *, on: bool) -> str:
        """The gates of the source, with this one or without."""
        off = (*self.beside, *(() if on else (self.name,)))
        return f"quality = {{ {', '.join(f'{gate} = false' for gate in off)} }}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism(Gate):
    """What no gate switches off: without it the operator says the contrary, or far from it."""

    without: str = ""
    """Lines of the configuration after the source's."""
    apart: bool = False
    """Whether the operator calls all ids of one person different people."""

    def world(self, world: World, *, on: bool) -> World:
        """A world as it is seen with the mechanism, or without it."""
        return world if on else replace(world, config=self.without, apart=self.apart)


SOME = FAULTS["missing_dates"].rate
GATES = (
    Gate(name="missing", faults={"partial_crawls": 0.2, "missing_dates": SOME}, figure=PROMPT),
    Gate(
        name="rejected",
        faults={"broken_records": 0.2, "missing_dates": SOME},
        figure=PROMPT,
        beside=("missing",),
    ),
    Gate(name="emptied", faults={"emptied_profiles": 0.2, "missing_dates": SOME}, figure=PROMPT),
    Gate(name="fields", faults={"emptied_fields": 0.15}, figure=PROMPT),
    Gate(name="rekeyed", faults={"foreign_ids": 0.15}, figure="precision", beside=("missing",)),
    Gate(
        name="rewritten",
        faults={"scrambled_employers": 0.15},
        figure="precision",
        beside=("fields",),
    ),
    Gate(
        name="shuffled",
        faults={"shuffled_rows": 0.15},
        figure="precision",
        beside=("rewritten", "fields"),
    ),
    Gate(
        name="backdated",
        faults={"backdated_ends": 0.15},
        figure="precision",
        beside=("fields",),
    ),
    Gate(name="renewal", faults={"new_ids": 1.0}, figure="recall"),
    Gate(name="collective", faults={"mergers": 0.2, "missing_dates": SOME}, figure="precision"),
    Gate(
        name="small",
        faults={"renames": 0.3, "missing_dates": 1.0},
        figure="precision",
        people_each=3,
    ),
    Gate(
        name="placeholders",
        faults={"pseudo_employers": 1.0, "missing_dates": SOME},
        figure="precision",
    ),
    Gate(
        name="backlog",
        faults={"backlogs": 1.0, "missing_dates": 1.0},
        figure="false",
        people_each=100,
    ),
    Gate(name="collective", faults={"pasted_histories": 1.0}, figure="precision"),
    Gate(name="collective", faults={"second_employers": 0.2}, figure="precision"),
    Gate(name="collective", faults={"carve_outs": 1.0, "missing_dates": 1.0}, figure="precision"),
    Gate(name="collective", faults={"slow_renames": 0.3, "missing_dates": 1.0}, figure="false"),
    Gate(
        name="collective",
        faults={"gone_for_good": 0.3, "mergers": 0.2, "missing_dates": SOME},
        figure="precision",
    ),
)
MECHANISMS = (
    Mechanism(
        name="likely doubles",
        faults={"page_doubles": 0.05, "missing_dates": 1.0},
        figure="false",
        apart=True,
    ),
    Mechanism(
        name="corrections",
        faults={"replaced_careers": 0.1},
        figure="precision",
        without='[moves]\nbefore = "9999d"\n',
    ),
)


def main() -> None:
    """Measure, print, and write the tables down."""
    options = _options()
    began = time.monotonic()
    logs.say_from("error")  # worlds with faults would fill the terminal with warnings
    rows = list(_rows(options))
    worlds = [world for row in rows for world in row.worlds]
    measure = partial(measured_once, folder=options.kept / code_of(ROOT))
    with ProcessPoolExecutor(options.jobs, initializer=logs.say_from, initargs=("error",)) as pool:
        scores = iter(_told(worlds, pool.map(measure, worlds)))
        results = [[next(scores) for _ in row.worlds] for row in rows]
    tables = f"{_tables(rows, results)}\n\n{_outages_table(options)}"
    print(tables)
    if not options.quick:
        _write(options.page, tables)
    if options.data.is_dir():
        print(real.report(options.data))
    _say(f"measured in {time.monotonic() - began:.0f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small worlds; nothing is written")
    parser.add_argument("--seeds", type=int, default=10, help="worlds with all faults")
    parser.add_argument("--profiles", type=int, default=20_000, help="in each of these")
    parser.add_argument("--snapshots", type=int, default=156, help="of each of these, a week apart")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at once")
    parser.add_argument("--kept", type=Path, default=ROOT / "build" / "quality")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "quality.md")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    return parser.parse_args()


def _rows(options: argparse.Namespace) -> Iterator[Row]:
    """What to look at: all faults, none, each alone, and each gate with and without."""
    if options.quick:
        usual = World(profiles=QUICK, snapshots=20, days=28)
        yield Row(title="all faults", worlds=(usual,))
        yield Row(title="no fault", worlds=(replace(usual, only=()),))
        return
    large = World(profiles=options.profiles, snapshots=options.snapshots, days=7)
    seeds = tuple(replace(large, seed=seed) for seed in range(options.seeds))
    yield Row(title=f"all faults, {options.seeds} seeds", worlds=seeds)
    small = World(profiles=max(QUICK, options.profiles // 10), snapshots=24, days=30)
    yield Row(title="no fault", worlds=(replace(small, only=()),))
    for fault in (fault for fault in FAULTS if fault not in HARD):
        rates = {fault: OFTEN} if fault in OF_SNAPSHOTS else {}
        rates |= {fault: ALONE[fault]} if fault in ALONE else {}
        world = replace(small, only=(fault,), rates=rates)
        yield Row(title=f"`{fault}` alone", worlds=(world,))
    for gate in (*GATES, *MECHANISMS):
        world = replace(
            small, people_each=gate.people_each, only=tuple(gate.faults), rates=gate.faults
        )
        worlds = [gate.world(world, on=on) for on in (True, False)]
        yield Row(title=gate.name, worlds=tuple(worlds), gate=gate)


def _told(worlds: Sequence[World], scores: Iterator[Score]) -> Iterator[Score]:
    """The scores as they come in, with what is worst in each."""
    for world, score in zip(worlds, scores, strict=True):
        only = "all faults" if world.only is None else ", ".join(world.only) or "no fault"
        _say(
            f"{only}, seed {world.seed}{world.config and f', {world.config.strip()}'}: precision"
            f" {score.precision:.4f}, recall {score.recall:.4f}, {score.raised} of {score.due}"
            f" alerts on the day, {score.false} false, {dict(score.verdicts)}"
        )
        for word, some in (("wrong", score.wrong), ("missed", score.missed)):
            for mistake in some[:WORST_SHOWN]:
                _say(f"  {word}: {mistake}")
        for alert in score.false_alerts[:WORST_SHOWN]:
            _say(f"  false alert: {alert}")
        yield score


def _tables(rows: Sequence[Row], results: Sequence[Sequence[Score]]) -> str:
    faults = [
        _fault_line(row, scores)
        for row, scores in zip(rows, results, strict=True)
        if row.gate is None
    ]
    gates = [
        _gate_line(row.gate, *scores)
        for row, scores in zip(rows, results, strict=True)
        if row.gate is not None
    ]
    tables = [(FAULTS_HEAD, faults), *([(GATES_HEAD, gates)] if gates else [])]
    return "\n\n".join(_table(head, lines) for head, lines in tables)


def _outages_table(options: argparse.Namespace) -> str:
    """What an outage of five months does to alerts of headcounts."""
    seeds, profiles = _outage_worlds(options)
    measured = outages.compared(range(seeds), profiles=profiles)
    figures = (measured.all, measured.meanwhile, measured.found, measured.false)
    return _table(OUTAGES_HEAD, [(outages_title(options), *(f"{figure:,}" for figure in figures))])


def outages_title(options: argparse.Namespace) -> str:
    """Name the worlds of which some looks do not take place."""
    seeds, profiles = _outage_worlds(options)
    missed = f"{len(outages.MISSED)} of {outages.LOOKS} looks missed"
    return f"worlds with an outage, {missed} ({seeds} x {profiles:,} people)"


def _outage_worlds(options: argparse.Namespace) -> tuple[int, int]:
    """So many worlds of so many people."""
    return (1, QUICK) if options.quick else (OUTAGE_SEEDS, options.profiles // 10)


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = f"|---|{'--:|' * (len(head) - 1)}"
    return "\n".join((_line(head), rule, *(_line(cells) for cells in lines)))


def _fault_line(row: Row, scores: Sequence[Score]) -> Sequence[str]:
    world, score = row.worlds[0], sum(scores, start=Score())
    return (
        row.title,
        f"{world.profiles:,} x {world.snapshots}",
        f"{score.true:,}",
        _with_least(score.precision, [score.precision for score in scores]),
        _with_least(score.recall, [score.recall for score in scores]),
        f"{score.promptness:.3f}",
        f"{score.raised} of {score.due}",
        f"{score.raids} of {score.raids_due}",
        f"{score.false / score.years:.2f}",
    )


def _with_least(figure: float, each: Sequence[float]) -> str:
    """A figure of several worlds, and that of the worst of them."""
    return f"{figure:.4f}" + (f" (least {min(each):.4f})" if len(each) > 1 else "")


def _gate_line(gate: Gate, with_it: Score, without: Score) -> Sequence[str]:
    figures = (getattr(score, gate.figure) for score in (with_it, without))
    faults = ", ".join(f"`{fault}`" for fault in gate.faults)
    beside = "".join(f", `{other}` off in both" for other in gate.beside)
    return (
        f"`{gate.name}`{beside}",
        faults,
        IN_WORDS.get(gate.figure, gate.figure),
        *(f"{figure:.4f}" if isinstance(figure, float) else str(figure) for figure in figures),
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _write(page: Path, tables: str) -> None:
    """Put the tables between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{tables}\n{END}{after}", encoding="utf-8")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

"""Measures talentwatch against named baselines in the same run, and prints one table.

Absolute times are noise on a machine that others use too: each pair of runs, one after the other,
gives a ratio, and the table shows the median of the ratios with the least and the greatest.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).resolve().parent
MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table: a part of the work that both sides time."""

    title: str
    part: str
    aim: str
    unit: str = "s"
    """MiB: in the place of the time, the most memory that each side held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What is prepared once, and the two sides that take turns; each a `module.function`."""

    name: str
    prepare: str
    ours: str
    baseline: str
    rows: Sequence[Row]
    of: str = "{profiles:,} profiles"
    """At which scale."""
    scale: int = 1
    """How many times as many as `--profiles` says."""
    part: int = 1
    """What part of as many as `--profiles` says."""
    fetches: bool = False
    """Whether it needs a program that talentwatch does not bring: left out by `--quick`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One run of one side in its process."""

    seconds: dict[str, float]
    spent: dict[str, float]
    result: Any
    peak: int
    """The most memory it held, in bytes."""


def _of_format(name: str, baseline: str, title: str, *, part: int = 1) -> Bench:
    """One file of a list of staff, of which `--profiles` says how many positions it has."""
    count = "{tenth:,}" if part != 1 else "{profiles:,}"
    return Bench(
        name=f"intake-{name}",
        prepare=f"file_formats.prepare_{name}",
        ours=f"file_formats.take_{name}",
        baseline=f"baselines.{baseline}",
        rows=(Row(title=f"intake of {title}", part="all", aim="-"),),
        of=f"{count} positions",
        part=part,
    )


BENCHES = (
    Bench(
        name="intake",
        prepare="intake.prepare",
        ours="intake.take_in",
        baseline="baselines.copy_json",
        rows=(
            Row(
                title="intake of JSON Lines / DuckDB COPY to Parquet",
                part="all",
                aim="1.6, at most 2.5",
            ),
        ),
    ),
    _of_format("vendor", "copy_vendor", "nested vendor JSON / DuckDB COPY to Parquet"),
    _of_format("csv", "copy_csv", "CSV / DuckDB COPY to Parquet"),
    _of_format("parquet", "copy_parquet", "Parquet / DuckDB COPY to Parquet"),
    _of_format("xlsx", "read_xlsx", "a spreadsheet / its rows read by python-calamine", part=10),
    Bench(
        name="compare",
        prepare="compare.prepare",
        ours="compare.derive_second",
        baseline="baselines.join_hashes",
        rows=(
            Row(
                title="changed profiles and their positions / DuckDB join of id and hash",
                part="find",
                aim="1.5, at most 3",
            ),
            Row(
                title="the same on to tenures and moves / DuckDB join of id and hash",
                part="all",
                aim="1.5, at most 3",
            ),
        ),
        of="{profiles:,} profiles, 1 % changed",
    ),
    Bench(
        name="first",
        prepare="first_look.prepare",
        ours="first_look.in_buckets",
        baseline="first_look.undivided",
        rows=(
            Row(
                title="first look at a source, in buckets / undivided, elapsed", part="all", aim="-"
            ),
            Row(
                title="the same, peak memory of the largest process / of the one process",
                part="all",
                aim="-",
                unit="MiB",
            ),
        ),
        of="{profiles:,} profiles with their careers",
    ),
    Bench(
        name="careers",
        prepare="careers.prepare",
        ours="careers.imported",
        baseline="baselines.careers",
        rows=(
            Row(
                title="first import of dated careers / a hand-written pass, processor",
                part="all",
                aim="2.5",
            ),
            Row(
                title="the same, peak memory of the largest process",
                part="all",
                aim="2,048 MiB",
                unit="MiB",
            ),
        ),
    ),
    Bench(
        name="spark",
        prepare="first_look.prepare",
        ours="first_look.on_cluster",
        baseline="first_look.in_buckets",
        rows=(
            Row(
                title="first look at a source, on Spark with two workers / in two processes",
                part="all",
                aim="-",
            ),
        ),
        of="{profiles:,} profiles with their careers",
        fetches=True,
    ),
    Bench(
        name="alias",
        prepare="alias.prepare",
        ours="alias.renew",
        baseline="alias.derive_afresh",
        rows=(
            Row(
                title="one alias more that nobody lists / deriving all afresh",
                part="nobody lists it",
                aim="0.1",
            ),
            Row(
                title="one alias more, listed since the last 5 of 60 snapshots / the same",
                part="listed since 5 looks",
                aim="0.1",
            ),
            Row(
                title="one alias more, listed from the first snapshot on / the same",
                part="listed from the first on",
                aim="0.1",
            ),
            Row(title="one link between people more / the same", part="a link", aim="0.1"),
        ),
        of="{hundredth:,} profiles, 60 snapshots, 1 % changed in each",
        part=100,
    ),
    Bench(
        name="replay",
        prepare="replay.prepare",
        ours="replay.together",
        baseline="replay.alone",
        rows=(
            Row(
                title="replay of 60 weekly snapshots / each of them followed alone",
                part="all",
                aim="0.2",
            ),
        ),
        of="{hundredth:,} profiles, 1 % changed in each",
        part=100,
    ),
    Bench(
        name="news",
        prepare="news.prepare",
        ours="news.next_day",
        baseline="news.same_day_compared",
        rows=(
            Row(title="next day by 20 rules / comparing its snapshot", part="20", aim="0.5"),
            Row(title="next day by 100 rules / comparing its snapshot", part="100", aim="1"),
            Row(title="next day by 1,000 rules / comparing its snapshot", part="1000", aim="3"),
        ),
        of="{tenth:,} profiles, 1 % changed",
        part=10,
    ),
    Bench(
        name="news-alerts",
        prepare="news.prepare",
        ours="news.by_news",
        baseline="news.afresh",
        rows=(
            Row(title="next day by a rule with many alerts / the same afresh", part="all", aim="-"),
        ),
        of="{tenth:,} profiles, 1 % changed",
        part=10,
    ),
    Bench(
        name="news-trials",
        prepare="news.prepare",
        ours="news.tried",
        baseline="news.evaluated_once",
        rows=(
            Row(title="`rules preview` / evaluating the rule once", part="preview", aim="-"),
            Row(title="`explain --rule` / evaluating the rule once", part="explain", aim="-"),
        ),
        of="{hundredth:,} profiles, every pair of 5,000 organisations",
        part=100,
    ),
    Bench(
        name="rules",
        prepare="rules.prepare",
        ours="rules.hold",
        baseline="baselines.one_statement",
        rows=(
            Row(title="match and sweep / one statement", part="sweep", aim="1.3"),
            Row(title="the same with the people of each / one statement", part="all", aim="1.3"),
        ),
        of="1,000 mixed rules, {moves:,} moves, about 20 rules a move",
        scale=10,
    ),
    Bench(
        name="numbers",
        prepare="rules.prepare",
        ours="rules.many",
        baseline="rules.few",
        rows=(
            Row(title="100 rules / 10 rules", part="100", aim="far below 10"),
            Row(title="1,000 rules / 10 rules", part="1000", aim="far below 100"),
            Row(title="10,000 rules / 10 rules", part="10000", aim="far below 1,000"),
        ),
        of="{profiles:,} moves, 2 % of them for each rule",
    ),
    Bench(
        name="alerts",
        prepare="many_alerts.prepare",
        ours="many_alerts.recorded",
        baseline="many_alerts.evaluated",
        rows=(
            Row(
                title="many long alerts, followed and recorded / evaluated alone, processor",
                part="all",
                aim="-",
            ),
            Row(
                title="the same, peak memory with `[engine] memory = 1 GiB` / of their evaluation",
                part="all",
                aim="1,024 MiB",
                unit="MiB",
            ),
        ),
        of="six rules, {twentieth:,} moves",
        part=20,
    ),
    Bench(
        name="unusual",
        prepare="unusual.prepare",
        ours="unusual.from_scratch",
        baseline="unusual.with_what_was_learnt",
        rows=(
            Row(
                title="a day's windows judged, what is usual learnt from scratch / kept",
                part="all",
                aim="-",
            ),
            Row(title="the same, time of the processor", part="processor", aim="-"),
            Row(
                title="the same, peak memory with `[engine] memory = 2 GiB` / of the kept",
                part="all",
                aim="2,048 MiB",
                unit="MiB",
            ),
        ),
        of="one rule on `unusual`, {profiles:,} moves",
    ),
    Bench(
        name="forgetting",
        prepare="forgetting.prepare",
        ours="forgetting.erased",
        baseline="forgetting.rewritten",
        rows=(
            Row(
                title="one person in a hundred erased from a snapshot / DuckDB rewriting its files",
                part="stored",
                aim="5",
            ),
            Row(
                title="the same from the derived tables, then derived / DuckDB copying that file",
                part="derived",
                aim="-",
            ),
        ),
    ),
    Bench(
        name="elastalert",
        prepare="frequency.prepare",
        ours="rules.pairs",
        baseline="frequency.feed",
        rows=(
            Row(title="an event for a rule / ElastAlert2's FrequencyRule", part="event", aim="-"),
        ),
        of="{profiles:,} moves",
        fetches=True,
    ),
    Bench(
        name="cycle",
        prepare="cycle.prepare",
        ours="cycle.after_many",
        baseline="cycle.after_few",
        rows=(Row(title="daily cycle after {many} snapshots / after 3", part="all", aim="1"),),
        of="{small:,} profiles, 1 % changed a day",
    ),
    Bench(
        name="quiet",
        prepare="quiet.prepare",
        ours="quiet.run",
        baseline="quiet.bare",
        rows=(
            Row(
                title="a run that finds nothing new / importing duckdb and sqlalchemy, elapsed",
                part="elapsed",
                aim="at most 2",
            ),
            Row(title="the same, time of the processor", part="all", aim="at most 2"),
        ),
        of="a store of {profiles:,} profiles, whole processes",
    ),
    Bench(
        name="reading",
        prepare="quiet.prepare",
        ours="reading.commands",
        baseline="reading.queries",
        rows=(
            Row(title="`moves --person` / its bare query, processor", part="moves", aim="-"),
            Row(title="`moves --to` / its bare query, processor", part="to", aim="-"),
        ),
        of="a store of {profiles:,} profiles, whole processes",
    ),
    Bench(
        name="exports",
        prepare="exports.prepare",
        ours="exports.followed",
        baseline="exports.by_others",
        rows=tuple(
            Row(
                title=f"who changed organisation between two exports / by {tool}, processor",
                part=tool.lower(),
                aim=aim,
            )
            for tool, aim in (
                ("Polars", "5"),
                ("pandas", "-"),
                ("datacompy", "-"),
                ("csv-diff", "-"),
            )
        ),
        of="{profiles:,} profiles, 1 % of whom did",
        fetches=True,
    ),
    Bench(
        name="collect",
        prepare="collect.prepare",
        ours="collect.collected",
        baseline="collect.bare",
        rows=(Row(title="asking a service for its records / bare httpx", part="all", aim="-"),),
        of="{thousandth:,} records, one request each, no distance",
        part=1000,
    ),
    Bench(
        name="board",
        prepare="board.prepare",
        ours="board.beside_the_board",
        baseline="board.beside_a_bare_page",
        rows=(
            Row(
                title="the slowest page while a cycle runs, p95 of its kind / a bare page, p95",
                part="page",
                aim="-",
            ),
            Row(
                title="the cycle beside 20 readers of the board / beside 20 of a bare page",
                part="all",
                aim="at most 1.1",
            ),
        ),
        of="a store of {tenth:,} profiles, a page every 2 s each",
        part=10,
    ),
)


def main() -> None:
    options = _options()
    small, many = max(200, options.profiles // 50), 5 if options.quick else 300
    words = {
        "profiles": options.profiles,
        "moves": options.profiles * 10,
        "small": small,
        "many": many,
        "tenth": options.profiles // 10,
        "hundredth": options.profiles // 100,
        "thousandth": options.profiles // 1000,
        "twentieth": options.profiles // 20,
    }
    chosen = [
        bench
        for bench in BENCHES
        if options.only in {None, bench.name, bench.name.partition("-")[0]}
        and not (options.quick and bench.fetches)
    ]
    notes: list[str] = []
    lines: list[str] = []
    for bench in chosen:
        sizes = (
            (small, many)
            if bench.name == "cycle"
            else (options.profiles * bench.scale // bench.part,)
        )
        with TemporaryDirectory(prefix="talentwatch-bench-") as folder:
            began = time.perf_counter()
            _child(bench.prepare, folder, *sizes)
            _say(f"{bench.name}: prepared in {time.perf_counter() - began:.0f} s")
            pairs = list(_pairs(bench, folder, rounds=options.rounds))
        lines += [_line(row, pairs, bench.of.format(**words)).format(**words) for row in bench.rows]
        notes += [_note(bench.name, "ours", [ours for ours, _ in pairs])]
        notes += [_note(bench.name, "baseline", [baseline for _, baseline in pairs])]
    print(_table(lines, rounds=options.rounds))
    print("\nWhere the time went, medians in seconds (MB: size of what was written):\n")
    print("\n".join(note for note in notes if note))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="Everything is written to a temporary folder (TMPDIR says where) that is removed;"
        " a million profiles need 3 GB of it.",
    )
    parser.add_argument("--profiles", type=int, default=1_000_000, help="moves: ten times as many")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of runs for each")
    parser.add_argument("--only", choices=[bench.name for bench in BENCHES])
    parser.add_argument(
        "--quick", action="store_true", help="live 5 days instead of 300; fetch nothing"
    )
    return parser.parse_args()


def _pairs(bench: Bench, folder: str, *, rounds: int) -> Iterator[tuple[Side, Side]]:
    """Let both sides take turns; what they come to has to be the same."""
    for number in range(rounds):
        baseline = _measured(bench.baseline, folder)
        ours = _measured(bench.ours, folder)
        assert ours.result == baseline.result, (bench.name, ours.result, baseline.result)
        part = bench.rows[-1].part
        _say(
            f"{bench.name}: round {number + 1}: {ours.seconds[part]:.2f} s,"
            f" baseline {baseline.seconds[part]:.2f} s, both came to {ours.result}"
        )
        yield ours, baseline


def _measured(step: str, folder: str) -> Side:
    said, peak = _child(step, folder)
    told = json.loads(said)
    return Side(seconds=told["seconds"], spent=told["spent"], result=told["result"], peak=peak)


def _child(step: str, folder: str, *sizes: int) -> tuple[str, int]:
    """Run a step in a process of its own; return what it printed and its peak memory in bytes.

    This process imports nothing large: a child's peak begins with the size of who forked it.
    """
    module, function = step.split(".")
    command = [sys.executable, str(HERE / "measure.py"), module, function, folder]
    child = subprocess.Popen([*command, *map(str, sizes)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout as stream:
        said = stream.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{step} ended with {child.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return said, used.ru_maxrss * unit


def _line(row: Row, pairs: Sequence[tuple[Side, Side]], scale: str) -> str:
    ratios = sorted(_figure(row, ours) / _figure(row, baseline) for ours, baseline in pairs)
    cells = (
        row.title,
        scale,
        f"**{statistics.median(ratios):.2f}** ({ratios[0]:.2f} to {ratios[-1]:.2f})",
        row.aim,
        *(_shown(row, statistics.median(_figure(row, side) for side in s)) for s in _sides(pairs)),
        *(f"{max(side.peak for side in s) / MIB:,.0f} MiB" for s in _sides(pairs)),
    )
    return f"| {' | '.join(cells)} |"


def _figure(row: Row, side: Side) -> float:
    return side.peak / MIB if row.unit == "MiB" else side.seconds[row.part]


def _shown(row: Row, figure: float) -> str:
    return f"{figure:,.0f} MiB" if row.unit == "MiB" else f"{figure:.2f} s"


def _sides(pairs: Sequence[tuple[Side, Side]]) -> tuple[list[Side], list[Side]]:
    return [ours for ours, _ in pairs], [baseline for _, baseline in pairs]


def _table(lines: Sequence[str], *, rounds: int) -> str:
    head = (
        "what / baseline",
        "scale",
        f"ratio, median of {rounds} (least to greatest)",
        "aim",
        *("ours", "baseline", "peak memory", "of the baseline"),
    )
    return "\n".join((f"| {' | '.join(head)} |", f"|{'---|' * 4}{'--:|' * 4}", *lines))


def _note(name: str, side: str, runs: Sequence[Side]) -> str:
    """Say the parts that took longest, the longest first."""
    spent = {part: statistics.median(run.spent[part] for run in runs) for part in runs[0].spent}
    most = sorted(spent.items(), key=lambda one: -one[1])
    told = [f"{part} {seconds:.2f}" for part, seconds in most if seconds >= 0.005][:24]
    return f"- {name}, {side}: {', '.join(told)}" if told else ""


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

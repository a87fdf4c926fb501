"""What `unusual` costs on a day: all that is learnt from scratch, and with what was learnt kept."""

import shutil
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
from measured import Measured, TimedEngine

from monitor.base.machine.limits import Limits, obey
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.queries import SEPARATOR
from monitor.rules.language import Bounds, Condition, Match, Rule
from monitor.unusual.judging import Tested, judge

MEMORY = 2 << 30
"""Bytes that each side is told to keep to."""
BEGAN, DAYS, WINDOW = date(2021, 1, 4), 4 * 364, 90
MOST_TESTED = 2000
"""So many windows with news on the day are judged at most."""
MOVES = (Path(__file__).resolve().parent / "usual_moves.sql").read_text(encoding="utf-8")
BUSY = """
SELECT from_root, to_root, max(joined_latest) AS ends_on, count(*) AS seen FROM moves
WHERE joined_latest > CAST($day AS DATE) - 90
GROUP BY ALL HAVING count(*) >= 3 AND max(observed_on) = $day
ORDER BY seen DESC, from_root, to_root LIMIT $most
"""
SIDES = ("from.organization", "to.organization")
RULE = Rule(
    id="unusual",
    file=Path("r"),
    title="r",
    conditions=(
        Condition(
            origin=Match(),
            destination=Match(),
            window_days=WINDOW,
            people=Bounds(at_least=3),
            unusual=1.0,
            group_by=SIDES,
            names=SIDES,
        ),
    ),
)


def prepare(folder: Path, moves: int) -> None:
    """Fill the derived tables with as many moves, and learn once, so that it is kept."""
    with TimedEngine(folder / "moves.duckdb") as engine:
        engine.run("derived_tables")
        engine.run("derived_views")
    with duckdb.connect(str(folder / "moves.duckdb")) as bare:
        values = {"moves": moves, "organizations": moves // 200, "began": BEGAN, "days": DAYS}
        for statement in bare.extract_statements(MOVES):
            bare.execute(statement, {key: values[key] for key in statement.named_parameters})
    shutil.copyfile(folder / "moves.duckdb", folder / "learned.duckdb")
    with TimedEngine(folder / "learned.duckdb") as engine:
        judge(engine, [RULE], Directory(), _tested(folder / "moves.duckdb"))


def from_scratch(folder: Path) -> Measured:
    """Judge the windows with news of a day, and learn what is usual from all moves."""
    return _judged(folder, "moves.duckdb")


def with_what_was_learnt(folder: Path) -> Measured:
    """Judge the same windows by what is kept."""
    return _judged(folder, "learned.duckdb")


def _judged(folder: Path, name: str) -> Measured:
    obey(Limits(memory=MEMORY))
    tested = _tested(folder / "moves.duckdb")
    derived = folder / "derived.duckdb"
    shutil.copyfile(folder / name, derived)
    with TimedEngine(derived) as engine:
        began, busy = time.perf_counter(), time.process_time()
        judgements = judge(engine, [RULE], Directory(), tested)
        seconds = {"all": time.perf_counter() - began, "processor": time.process_time() - busy}
        spent = dict(engine.spent)
    derived.unlink()
    thresholds = sorted((one.grouping, each.threshold) for one, each in judgements.items())
    return Measured(seconds=seconds, result=thresholds, spent=spent)


def _tested(path: Path) -> list[Tested]:
    day = BEGAN + timedelta(days=DAYS)
    with duckdb.connect(str(path), read_only=True) as bare:
        rows = bare.execute(BUSY, {"day": day, "most": MOST_TESTED}).fetchall()
    return [
        Tested(
            rule=RULE.id,
            grouping=SEPARATOR.join((origin, target)),
            known_on=day,
            ends_on=ends_on,
            seen=seen,
        )
        for origin, target, ends_on, seen in rows
    ]

"""What an evaluation of a long past holds in memory, in a process of its own."""

import os
import resource
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from monitor.base.engine import Engine
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.evaluate import evaluate
from monitor.rules.language import Bounds, Condition, Match, Rule

BEGAN = date(2023, 1, 1)
DAYS = 730
MOST = 700
"""MiB; it was measured as 492."""
SIDES = """INSERT INTO sides
    SELECT o, 'o' || o, 'O' || o, NULL, NULL, 'Engineer', NULL FROM range(20) AS t (o)"""
MOVES = """INSERT INTO moves
    SELECT i + 1, 'm' || i, 's', 'p' || i, 's:p' || i, 'P' || i, NULL,
           'o' || i % 20, i % 20, 'o' || (i * 7 + 3) % 20, (i * 7 + 3) % 20,
           day, day, day, day, NULL, day, false, 'counted', NULL, 1, NULL, day, NULL
    FROM (SELECT i, $began + CAST(i // 4 AS INTEGER) AS day FROM range(4 * $days) AS t (i))"""


def rule(number: int) -> Rule:
    """One of them fires all the time, the others never do."""
    sides = ("to.organization", "from.organization")[: 1 + number % 2]
    condition = Condition(
        origin=Match(),
        destination=Match(),
        window_days=30 + number,
        people=Bounds(at_least=20 + number if number else 5),
        group_by=sides,
        names=sides,
    )
    return Rule(id=f"r{number:02}", file=Path("r"), title="r", conditions=(condition,))


def live_through_two_years(folder: Path) -> int:
    """Evaluate fifty rules on each of the days on which somebody moved; return the episodes."""
    path = folder / "derived.duckdb"
    with Engine(path) as engine:
        engine.run("derived_tables")
        engine.run("derived_views")
    with duckdb.connect(str(path)) as bare:
        bare.execute(SIDES)
        bare.execute(MOVES, {"began": BEGAN, "days": DAYS})
    rules = [rule(number) for number in range(50)]
    with Engine(path) as engine:
        return sum(
            len(belief.episodes)
            for beliefs in evaluate(
                engine,
                rules,
                Directory(),
                since={rule.id: date.min for rule in rules},
                alerted=(),
                horizon=BEGAN + timedelta(days=DAYS),
            )
            for of_group in beliefs.values()
            for belief in of_group
        )


@pytest.mark.slow
def test_two_years_of_daily_snapshots_and_fifty_rules_stay_within_their_memory(tmp_path):
    """Case 70: as much as a small machine has, however many days of news there were."""
    done = subprocess.run(
        [sys.executable, __file__, str(tmp_path)], capture_output=True, text=True, check=True
    )
    episodes, peak = map(int, done.stdout.split())
    assert episodes > DAYS
    assert peak < MOST


if __name__ == "__main__":
    lived = live_through_two_years(Path(sys.argv[1]))
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    sys.stdout.write(f"{lived} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit}")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no way to take cores away here")
def test_duckdb_starts_no_thread_for_a_core_that_the_process_may_not_use():
    """It counts the cores of the machine, of which a container or a service may have one."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        with Engine() as engine:
            found = engine._connection.execute("SELECT current_setting('threads')").fetchall()
    finally:
        os.sched_setaffinity(0, cores)
    assert found == [(1,)]

"""The benchmark at a tiny scale: that it runs, and that both sides come to the same."""

import subprocess
import sys
from pathlib import Path
from runpy import run_path

import pytest


@pytest.mark.long
@pytest.mark.slow
def test_the_benchmark_runs_and_its_results_equal_those_of_the_baselines(
    root: Path, tmp_path: Path
) -> None:
    """Each side of each pair comes to the same, a table is printed, and nothing is left behind."""
    done = subprocess.run(
        [sys.executable, "bench/run.py", "--profiles", "2000", "--quick", "--rounds", "1"],
        cwd=root,
        env={"TMPDIR": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    benches = [
        bench for bench in run_path(str(root / "bench" / "run.py"))["BENCHES"] if not bench.fetches
    ]
    assert len(rows) == 1 + sum(len(bench.rows) for bench in benches), done.stdout
    assert done.stderr.count("both came to") == len(benches)
    assert not list(tmp_path.iterdir())


def test_what_is_read_some_at_a_time_has_its_time_too(root: Path) -> None:
    """The rows are the same, and the statement is among those that took time."""
    with run_path(str(root / "bench" / "measured.py"))["TimedEngine"]() as engine:
        engine.run("derived_tables")
        rows = list(engine.stream("inventory"))
        assert rows == engine.records("inventory") != []
        assert engine.spent["inventory"] > 0

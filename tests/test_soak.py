"""A service that runs for long needs no more than one that began just now."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from story import World, flow

SOAKING = Path(__file__).with_name("soaking.py")
EACH = 5
"""Every so many cycles there is a new snapshot."""
MORE_KIB = 24 * 1024
"""Longer history is a little more to read; a leak of some KiB a cycle would be more than this."""


def soaked(folder: Path, cycles: int) -> list[dict[str, int]]:
    """Run so many cycles in one service; return what it measured of itself, in order."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not tell what a process has open")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    world = World(
        folder,
        rules={"talent": flow("meta", "xai", people=2, within="30d")},
        config=f"[serve]\nport = {port}\ndeliver_seconds = 100000\nboard = false",
    )
    command = [sys.executable, str(SOAKING), str(world.root / "config.toml"), str(cycles)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with world.state() as tx:
        runs = tx.runs(limit=cycles + 10)
        # Records of runs that found nothing are forgotten after a while, the others are not.
        assert len(runs) > cycles // EACH
        assert all((run.outcome or {})["errors"] == [] for run in runs)
    measured = [json.loads(line) for line in done.stdout.splitlines()]
    assert measured[-1]["cycle"] == cycles
    return measured


@pytest.mark.long
@pytest.mark.slow
def test_sixty_cycles_of_one_service_leave_nothing_behind(tmp_path):
    """Neither open files nor memory."""
    first, *_, last = soaked(tmp_path, 60)
    assert last["files"] <= first["files"]
    assert last["kib"] <= first["kib"] + MORE_KIB


@pytest.mark.long
def test_two_thousand_cycles_of_one_service_leave_nothing_behind(tmp_path, record_property):
    """As the short form, over five and a half years of days and four hundred snapshots."""
    first, *_, last = soaked(tmp_path, 2000)
    said = ", ".join(
        f"cycle {record['cycle']}: {record['kib'] / 1024:.0f} MiB, {record['files']} open files"
        for record in (first, last)
    )
    record_property("proof", said)
    assert last["files"] <= first["files"]
    assert last["kib"] <= first["kib"] + MORE_KIB

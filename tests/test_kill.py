"""Runs killed at any moment: the next one ends where an undisturbed one would have."""

import json
import os
import random
import socket
import subprocess
import sys
import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kill_harness import (
    DATABASES,
    DAYS,
    LONG,
    SHORT,
    Count,
    Database,
    History,
    Undisturbed,
    new_world,
    receiving,
    snapshots,
    trial,
)

from monitor.base.errors import LeaseHeld
from monitor.base.machine.processes import is_gone, this_process
from monitor.base.settings import load_settings
from monitor.operations.lease import renewed, run_lease
from monitor.state import State

NOON = datetime(2025, 8, 7, 12, tzinfo=UTC)


def killed(
    folder: Path, history: History, database: Database, *, kills: int, at_least: int
) -> tuple[Undisturbed, Count]:
    """Kill runs in one world after another, at least so many that met a run at work."""
    chance, total = random.Random(at_least), Count()
    with trial(folder, history, database, slow=0.03) as there:
        peace = there.undisturbed()
        while total.kills < at_least:
            name = str(total.worlds)
            total = total.plus(there.disturbed(name, peace, chance, kills=kills))
    return peace, total


@pytest.mark.slow
def test_runs_killed_at_a_few_moments_lose_nothing(tmp_path):
    """Cases 47 and 55: ledger, messages and notices are all there after the next good run."""
    peace, total = killed(tmp_path, SHORT, nullcontext, kills=2, at_least=3)
    assert any("notice" in body for bodies in peace.lines.values() for body in bodies)
    # Each of the 12 alerts is told of, and more than half of them again by a later run.
    assert len(peace.hooks) > peace.alerts + 6 > 16
    assert total.lost == 0


@pytest.mark.long
@pytest.mark.parametrize("database", DATABASES)
def test_runs_killed_at_random_moments_lose_nothing(tmp_path, database):
    """As with a few kills, over several worlds and both databases."""
    _, total = killed(tmp_path, SHORT, DATABASES[database], kills=12, at_least=25)
    assert total.lost == 0


@pytest.mark.long
@pytest.mark.parametrize("database", DATABASES)
def test_five_hundred_killed_runs_over_fifty_snapshots_lose_nothing(
    tmp_path, database, record_property
):
    """As the short form, over fifty snapshots and a hundred alerts."""
    peace, total = killed(tmp_path, LONG, DATABASES[database], kills=10, at_least=500)
    assert peace.alerts >= 100
    assert total.sending
    assert total.lost == 0
    record_property("proof", f"{database}: {peace.alerts} alerts; {total}")


@pytest.mark.slow
def test_a_second_run_leaves_with_75_while_the_first_is_at_work(tmp_path):
    """Cron may start a run before the last one is done; a killed one keeps nobody waiting."""
    with receiving(slow=1.0) as receiver:
        world = new_world(tmp_path / "world", receiver.url)
        world.receive(DAYS[:3], snapshots())
        first = world.start("run", "--now", DAYS[2])
        assert receiver.arrived.wait(60)
        code, _, complaint = world.call("run", "--now", DAYS[2])
        assert code == 75
        assert f"{socket.gethostname()}:{first.pid}" in complaint
        first.kill()
        first.communicate(timeout=60)
        receiver.slow = 0.0
        world.run(DAYS[:3])


@pytest.mark.slow
def test_a_live_run_leaves_with_75_while_a_backfill_is_at_work_and_catches_up_after_it(tmp_path):
    """Case 62: the lease puts them one after the other, and the live run is not kept out."""
    with receiving(slow=1.0) as receiver:
        world = new_world(tmp_path / "world", receiver.url)
        world.receive(DAYS[:3], snapshots())
        inbox = [str(path) for path in sorted((world.folder / "inbox").iterdir())]
        world.well("import", "press", *inbox)
        backfill = world.start("backfill", "--since", DAYS[0], "--deliver")
        assert receiver.arrived.wait(60)
        world.receive(DAYS[3:4], snapshots())
        code, _, complaint = world.call("run", "--now", DAYS[3])
        assert code == 75
        assert f"{socket.gethostname()}:{backfill.pid}" in complaint
        receiver.slow = 0.0
        backfill.communicate(timeout=60)
        assert backfill.returncode == 0
        done = json.loads(world.well("run", "--now", DAYS[3], "--json"))
        assert [row["observed_on"] for row in done["sources"]["press"]] == [DAYS[3]]


def test_a_lease_passes_on_when_its_holder_is_gone_and_not_before(tmp_path):
    """The predicate is asked about the holder that the database names."""
    asked = []

    def is_lost(holder: str) -> bool:
        asked.append(holder)
        return holder == "lost"

    later = NOON + timedelta(seconds=1)
    with State.open(f"sqlite:///{tmp_path / 'state.db'}") as state:
        with (
            state.lease("run", process="busy", now=NOON, seconds=60),
            pytest.raises(LeaseHeld, match="busy"),
            state.lease("run", process="me", now=later, seconds=60, is_gone=is_lost),
        ):
            pass
        with (
            state.lease("run", process="lost", now=NOON, seconds=60) as old,
            state.lease("run", process="me", now=later, seconds=60, is_gone=is_lost) as new,
        ):
            assert new.fence > old.fence
    assert asked == ["busy", "lost"]


def test_a_lease_is_renewed_for_as_long_as_the_work_lasts(state_url):
    """A long run is not taken for a dead one, and a dead one holds nobody up for long."""
    with State.open(state_url) as state, State.open(state_url) as other:
        began = state.server_time or datetime.now(UTC)
        lease = state.lease("run", process="long", now=began, seconds=0)
        with lease as held, renewed(state, held, every=0.05, seconds=60):
            time.sleep(0.5)
            later = other.server_time or datetime.now(UTC)
            early = other.lease("run", process="eager", now=later, seconds=60)
            with pytest.raises(LeaseHeld, match="long"), early:
                pass
        with other.lease("run", process="next", now=later, seconds=60):
            pass


def test_this_process_holds_the_lease_of_its_run(tmp_path):
    """Another thread of the same process must wait too."""
    config = tmp_path / "config.toml"
    config.write_text('timezone = "UTC"', encoding="utf-8")
    settings = load_settings(config)
    with (
        run_lease(settings, at=NOON),
        pytest.raises(LeaseHeld, match=str(os.getpid())),
        run_lease(settings, at=NOON),
    ):
        pass
    with run_lease(settings, at=NOON):
        pass


def test_a_process_is_gone_once_it_was_killed_even_before_its_parent_took_note():
    """A killed process keeps its number for a while."""
    script = (
        "from monitor.base.machine.processes import this_process; print(this_process()); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        holder = child.stdout.readline().strip()
        assert not is_gone(holder)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        unburied = is_gone(holder)
    assert unburied
    assert is_gone(holder)


def test_a_process_number_that_was_given_again_is_another_process():
    """Numbers come round; the moment at which the process began does not."""
    mine = this_process()
    assert not is_gone(mine)
    host, number, birth = mine.split(":")
    if not birth:
        pytest.skip("this system does not tell when a process began")
    boot, pids, started = birth.split(".")
    assert is_gone(f"{host}:{number}:{boot}.{pids}.{int(started) - 1}")
    assert is_gone(f"{host}:{number}:other.{pids}.{started}")
    assert not is_gone(f"{host}:{number}:{boot}.1.{started}")


def test_nobody_is_gone_who_cannot_be_seen():
    """Another machine's process counts as at work until its lease expires."""
    assert not is_gone("elsewhere:1:a.b.c")
    assert not is_gone("ada")
    assert not is_gone("")
    assert not is_gone(f"{socket.gethostname()}:x:")


def test_without_a_birth_only_the_number_tells():
    """Where the system tells no more, a number that is not there belongs to nobody."""
    assert not is_gone(f"{socket.gethostname()}:{os.getpid()}:")
    assert not is_gone(f"{socket.gethostname()}:1:")
    assert is_gone(f"{socket.gethostname()}:4194999:")
    assert is_gone(f"{socket.gethostname()}:{10**30}:")

"""What breaks is named with what heals it, and nothing is lost: files, disks, networks, clocks."""

import json
import random
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from command_line import run_here
from damages import DAMAGES, removed, truncated
from kill_harness import (
    DATABASES,
    LONG,
    SHORT,
    Database,
    History,
    Undisturbed,
    World,
    Zygote,
    new_world,
    snapshots,
    trial,
    zygote,
)
from story import World as Story
from story import crowd, flow, job
from tempo import long

FIRST, SECOND, LAST = SHORT.parts


@dataclass(frozen=True, slots=True)
class Lived:
    """A world that lived through all stages but the last, and how the undisturbed one ended."""

    world: World
    peace: Undisturbed
    forks: Zygote

    def call(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command; return its exit code, what it said, and its complaints."""
        code = self.forks.call(self.world, *arguments)
        said = (self.forks.folder / name for name in ("out", "err"))
        out, err = (path.read_text(encoding="utf-8") for path in said)
        assert "Traceback" not in err, err
        return code, out, err

    def ends_well(self) -> None:
        """Live through the last stage, and end as the undisturbed world did."""
        self.world.receive(LAST, snapshots())
        code, _, err = self.call("run", "--now", LAST[-1])
        assert code == 0, err
        code, out, _ = self.call("alerts", "--json")
        assert out.encode() == self.peace.ledger
        assert self.world.lines() == self.peace.lines

    def stored(self, day: str, name: str) -> Path:
        """Name a file of a stored snapshot, and let it be written."""
        path = self.world.folder / "snapshots" / "store" / "press" / day / name
        path.chmod(0o644)
        return path


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """Live through the past once; tests work on copies."""
    with trial(tmp_path_factory.mktemp("faults"), SHORT, nullcontext, slow=0.0) as there:
        peace = there.undisturbed()
        world = new_world(there.folder / "lived", there.receiver.url)
        for stage in (FIRST, SECOND):
            world.receive(stage, snapshots())
            there.zygote.run(world, stage)
        yield Lived(world, peace, there.zygote)


@pytest.fixture
def lived(origin, tmp_path):
    """Return a copy of the world that lived through all stages but the last."""
    folder = tmp_path / "world"
    shutil.copytree(origin.world.folder, folder)
    return Lived(World(folder=folder), origin.peace, origin.forks)


# -- one damage of each kind, in process -----------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Story:
    """Play two days of a few people, for tests to damage copies of."""
    world = Story(tmp_path_factory.mktemp("small"), rules={"one": flow("meta", "xai", people=1)})
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta"))
    world.then("2025-02-01", ada=[job("xAI")])
    world.run()
    return world


@pytest.fixture
def whole(small: Story, tmp_path) -> Story:
    """Return a copy of the two days."""
    return small.copied(tmp_path / "world")


def here(world: Story, *arguments: str) -> tuple[int, str, str]:
    """Run a command; return its exit code, what it said, and its complaints."""
    done = run_here(*arguments, "--config", str(world.root / "config.toml"))
    return done.returncode, done.stdout, done.stderr


def of_a_snapshot(world: Story, name: str) -> Path:
    """Name a file of the first stored snapshot, and let it be written."""
    path = world.root / "snapshots" / "store" / "press" / "2025-01-01" / name
    path.chmod(0o644)
    return path


@pytest.mark.slow
def test_a_truncated_snapshot_is_named_and_healed(whole):
    """From the inbox, and then it is whole."""
    truncated(of_a_snapshot(whole, "positions.parquet"))
    code, out, _ = here(whole, "snapshots", "verify", "--json")
    (told,) = [json.loads(line) for line in out.splitlines()]
    assert (code, told["observed_on"], told["found"]) == (1, "2025-01-01", "2025-01-01.jsonl")
    code, out, _ = here(whole, "snapshots", "verify", "--heal")
    assert (code, "healed: taken again" in out) == (0, True)
    assert here(whole, "snapshots", "verify")[:2] == (0, "Every stored snapshot is whole.\n")


@pytest.mark.slow
def test_a_snapshot_is_not_healed_from_another_content(whole):
    """It is what was seen on that day, and no later edition of it."""
    removed(of_a_snapshot(whole, "positions.parquet"))
    inbox = whole.root / "inbox" / "press"
    shutil.copy(inbox / "2025-02-01.jsonl", inbox / "2025-01-01.jsonl")
    assert here(whole, "snapshots", "verify", "--heal")[0] == 1


@pytest.mark.slow
def test_a_truncated_state_is_named_with_what_heals_it(whole):
    """Nothing is made up in its place."""
    truncated(whole.root / "snapshots" / "talentwatch.db")
    code, _, complaint = here(whole, "run", "--now", "2025-02-02")
    assert code in {1, 2}
    assert "talentwatch.db" in complaint
    assert "from a backup" in complaint


def test_truncated_checksums_cost_no_run(whole):
    """They are made again."""
    truncated(whole.root / "snapshots" / "checksums.json")
    assert here(whole, "run", "--now", "2025-02-02")[0] == 0


# -- the same in processes of their own, with what a watch goes on with ----------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("positions.parquet", "truncated"),
        long("manifest.json", "scribbled over"),
        long("manifest.json", "removed"),
    ],
)
def test_a_damaged_snapshot_is_named_and_healed_from_the_inbox(lived, name, damage):
    """The run that would have to read it ends without a wrong word; healed, all goes on."""
    day = SECOND[-2]
    DAMAGES[damage](lived.stored(day, name))
    code, out, _ = lived.call("snapshots", "verify", "--json")
    (told,) = [json.loads(line) for line in out.splitlines()]
    assert (code, told["source"], told["observed_on"]) == (1, "press", day)
    assert told["found"] == f"{day}.jsonl"
    lived.world.receive(LAST, snapshots())
    code, _, complaint = lived.call("run", "--now", LAST[-1])
    if code:
        assert (code, day in complaint) == (1, True)
        code, out, _ = lived.call("snapshots", "verify", "--heal")
        assert (code, "healed: taken again" in out) == (0, True)
    else:
        assert damage == "removed", "a snapshot without a manifest is none, and was taken again"
    assert lived.call("snapshots", "verify")[:2] == (0, "Every stored snapshot is whole.\n")
    lived.ends_well()


@pytest.mark.slow
def test_a_snapshot_whose_original_is_gone_says_what_it_needs(lived, tmp_path):
    """Any file with the same content heals it, whatever its name."""
    day = SECOND[-1]
    truncated(lived.stored(day, "profiles.parquet"))
    (lived.world.folder / "inbox" / f"{day}.jsonl").rename(tmp_path / "kept.jsonl")
    code, out, _ = lived.call("snapshots", "verify", "--heal")
    assert code == 1
    assert f"put {day}.jsonl back where [sources.press] looks for it" in out
    kept = tmp_path / "kept.jsonl"
    assert lived.call("snapshots", "verify", "--heal", "--file", str(kept))[0] == 0
    kept.rename(lived.world.folder / "inbox" / f"{day}.jsonl")
    lived.ends_well()


@pytest.mark.slow
def test_another_file_of_the_day_does_not_heal_a_snapshot_whose_content_is_known(lived):
    """A snapshot is what was seen on that day, and no later edition of it."""
    day = SECOND[-1]
    removed(lived.stored(day, "positions.parquet"))
    inbox = lived.world.folder / "inbox"
    shutil.copy(inbox / f"{FIRST[0]}.jsonl", inbox / f"{day}.jsonl")
    assert lived.call("snapshots", "verify", "--heal")[0] == 1


@pytest.mark.slow
def test_status_says_what_would_go_wrong_in_silence(lived):
    """Damage, messages put off, a changed file that was refused, and old age."""
    truncated(lived.stored(SECOND[0], "profiles.parquet"))
    inbox = lived.world.folder / "inbox"
    shutil.copy(inbox / f"{FIRST[0]}.jsonl", inbox / f"{SECOND[1]}.jsonl")
    lived.call("run", "--now", SECOND[1])
    code, out, err = lived.call("status", "--now", "2026-01-01")
    assert code == 1
    assert out.startswith("4 things are wrong, named at the end.\n")
    assert f"the snapshot of {SECOND[0]} is damaged" in err
    assert f"already has a snapshot of {SECOND[1]}" in err
    assert "days old; they used to come every" in err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("checksums.json", "truncated"),
        long("checksums.json", "scribbled over"),
        long("derived.duckdb", "a bit flipped"),
        long("derived.duckdb", "removed"),
    ],
)
def test_what_can_be_made_again_is(lived, name, damage):
    """A damaged cache costs time and nothing else."""
    DAMAGES[damage](lived.world.folder / "snapshots" / name)
    lived.world.receive(LAST, snapshots())
    code, _, complaint = lived.call("run", "--now", LAST[-1])
    assert code == 0, complaint
    lived.ends_well()


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["truncated", "scribbled over"])
def test_a_damaged_state_is_named_and_a_copy_of_it_heals(lived, damage):
    """What was told to whom cannot be derived, so nothing is made up: a backup is put back."""
    path = lived.world.folder / "snapshots" / "talentwatch.db"
    shutil.copy(path, path.with_suffix(".backup"))
    DAMAGES[damage](path)
    lived.world.receive(LAST, snapshots())
    code, _, complaint = lived.call("run", "--now", LAST[-1])
    assert code in {1, 2}
    assert "talentwatch.db" in complaint
    assert "from a backup" in complaint
    for leftover in path.parent.glob("talentwatch.db-*"):
        leftover.unlink()
    path.with_suffix(".backup").rename(path)
    lived.ends_well()


@pytest.mark.long
@pytest.mark.slow
def test_a_clock_set_forward_and_back_changes_nothing_in_the_end(tmp_path):
    """The ledger never goes back behind a day that it reached, and is right once that day comes."""
    ahead, behind, ledgers = "2031-01-01", "2024-01-01", []
    with trial(tmp_path, SHORT, nullcontext, slow=0.0) as there:
        for name, skewed in (("true", ()), ("skewed", (ahead, behind))):
            world = new_world(tmp_path / name, there.receiver.url)
            for stage in SHORT.parts:
                world.receive(stage, snapshots())
                for day in (*skewed, stage[-1]):
                    assert there.zygote.call(world, "run", "--now", day) == 0
            there.zygote.run(world, (ahead,))
            ledgers.append(standing(world.ledger()))
            told = json.loads(world.call("status", "--json", "--now", ahead)[1])
            # By that day what was sent is forgotten; what waits never is.
            assert world.lines()
            assert not any(counts["pending"] for counts in told["outbox"].values())
    assert ledgers[0] == ledgers[1]


def standing(ledger: bytes) -> list[dict[str, object]]:
    """Read how each alert stands, whatever the number of steps and late messages before."""
    of_the_way = {"revision": None, "notified_late_days": None}
    return [{**json.loads(line), **of_the_way} for line in ledger.splitlines()]


@contextmanager
def disk(folder: Path, *, kilobytes: int) -> Iterator[Callable[[int], None]]:
    """Mount a small disk; yields what makes it larger. Skips where nothing can be mounted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("no disk can be mounted here: it takes root, and more than a plain container")
    try:
        yield lambda more: _mounted("mount", "-o", f"remount,size={more}k", str(folder))
    finally:
        _mounted("umount", "--lazy", str(folder))


def _mounted(*command: str) -> None:
    subprocess.run(command, check=True)


@pytest.mark.long
@pytest.mark.parametrize("kilobytes", [400, 60, 1600])
def test_a_full_disk_ends_the_run_in_words_and_a_larger_one_ends_well(origin, tmp_path, kilobytes):
    """What was not written whole was not written; what was, counts."""
    with disk(tmp_path / "disk", kilobytes=kilobytes) as enlarge:
        url = (origin.world.folder / "config.toml").read_text().partition('\nurl = "')[2]
        world = new_world(tmp_path / "disk" / "world", url.partition('"')[0])
        with (world.folder / "config.toml").open("a") as config:
            config.write("[watch]\nfree_mib = 1\n")  # else a run would not even try
        small = Lived(world, origin.peace, origin.forks)
        world.receive(FIRST, snapshots())
        code, _, complaint = small.call("run", "--now", FIRST[-1])
        assert code in {0, 1, 2}
        assert bool(code) == bool(complaint)
        enlarge(100_000)
        for stage in (FIRST, SECOND):
            world.receive(stage, snapshots())
            code, _, complaint = small.call("run", "--now", stage[-1])
            assert code == 0, complaint
        small.ends_well()


@dataclass(slots=True)
class Cutter:
    """A proxy on loopback that cuts connections at a random byte of either direction."""

    target: tuple[str, int]
    chance: random.Random
    cutting: bool = True
    cut: int = 0
    address: tuple[str, int] = ("", 0)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, listener: socket.socket) -> None:
        """Pass connections on until the listener is closed."""
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(near,), daemon=True).start()

    def _pass_on(self, near: socket.socket) -> None:
        with near, socket.create_connection(self.target) as far, self._lock:
            left = self.chance.choice([0, 40, 400, 1500, 3000, 10**9])
            left = left if self.cutting else 10**9
            near.settimeout(0.2)
            far.settimeout(0.2)
            while True:
                moved = 0
                for one, other in ((near, far), (far, near)):
                    try:
                        piece = one.recv(min(left, 4096)) if left else b""
                    except TimeoutError:
                        continue
                    moved += len(piece)
                    left -= len(piece)
                    if left <= 0 or not piece:
                        self.cut += left <= 0
                        return
                    other.sendall(piece)


@contextmanager
def cutter(target: tuple[str, int], *, seed: int) -> Iterator[Cutter]:
    """Run a proxy that cuts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Cutter(target=target, chance=random.Random(seed))
        made.address = listener.getsockname()
        threading.Thread(target=made.serve, args=(listener,), daemon=True).start()
        yield made


@pytest.mark.long
@pytest.mark.slow
def test_a_network_that_cuts_connections_loses_nothing(tmp_path):
    """Messages wait, go out again under their ids, and arrive in order once it holds."""
    with trial(tmp_path, SHORT, nullcontext, slow=0.0) as there:
        peace = there.undisturbed()
        there.receiver.forget()
        port = int(there.receiver.url.rpartition(":")[2].partition("/")[0])
        with cutter(("127.0.0.1", port), seed=5) as proxy:
            url = f"http://127.0.0.1:{proxy.address[1]}/hook"
            world, files = new_world(tmp_path / "cut", url), snapshots()
            for stage in SHORT.parts:
                world.receive(stage, files)
                there.zygote.call(world, "run", "--now", stage[-1])
            assert proxy.cut
            proxy.cutting = False
            # What was put off is due on a later day; the day of the ledger stays the last one.
            with sqlite3.connect(world.folder / "snapshots" / "talentwatch.db") as connection:
                connection.execute("UPDATE outbox SET next_attempt_at = created_at")
            connection.close()
            there.zygote.run(world, LAST)
        assert there.receiver.bodies == peace.hooks
        assert world.ledger() == peace.ledger


def together(
    folder: Path, history: History, database: Database, *, seconds: float
) -> tuple[Undisturbed, list[int], int]:
    """Let two processes run cycles at once; return their exit codes, and messages come twice."""
    with trial(folder, history, database, slow=0.005) as there, zygote() as other:
        peace, files, codes = there.undisturbed(), snapshots(history), []
        there.receiver.forget()
        with database() as state:
            world = new_world(folder / "both", there.receiver.url, state=state)
            until = time.monotonic() + seconds
            for number, stage in enumerate(history.parts):
                world.receive(stage, files)
                ends = until - seconds * (1 - (number + 1) / len(history.parts))
                codes += _race(world, stage, [there.zygote, other], until=ends)
                there.zygote.run(world, stage)
            assert world.ledger() == peace.ledger
            assert world.lines() == peace.lines
        assert there.receiver.bodies == peace.hooks
        return peace, codes, there.receiver.requests - len(there.receiver.bodies)


def _race(world: World, stage: tuple[str, ...], forks: list[Zygote], *, until: float) -> list[int]:
    codes: list[int] = []

    def go_on(fork: Zygote) -> None:
        while True:
            codes.append(fork.call(world, "run", "--now", stage[-1]))
            if time.monotonic() > until:
                return

    threads = [threading.Thread(target=go_on, args=(fork,)) for fork in forks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("database", DATABASES)
def test_two_processes_at_once_send_nothing_twice_and_lose_nothing(tmp_path, database):
    """Case 48: one works, the other leaves with 75."""
    _, codes, twice = together(tmp_path, SHORT, DATABASES[database], seconds=3)
    assert set(codes) == {0, 75}
    assert twice == 0


@pytest.mark.long
def test_two_processes_run_cycles_for_five_minutes_on_one_postgresql(tmp_path, record_property):
    """As the short form, over fifty snapshots."""
    peace, codes, twice = together(tmp_path, LONG, DATABASES["PostgreSQL"], seconds=300)
    assert set(codes) == {0, 75}
    assert twice == 0
    record_property(
        "proof",
        f"{len(codes)} cycles of two processes, {codes.count(75)} of them left with 75;"
        f" {len(peace.hooks)} messages, {twice} sent twice, 0 lost",
    )

"""Files without permission, something else in their place, a full disk: words, and no loss."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from command_line import run_here
from story import World, crowd, flow, job

COMMANDS = (
    ("status",), ("rules", "check"), ("snapshots", "verify"), ("alerts",), ("moves",), ("flows",),
    ("changes", "--since", "2025-01-01"), ("run",),
)  # fmt: skip
PLACES = (
    "config.toml", "organizations.toml", "people.toml", "rules", "rules/one.toml", "inbox/press",
    "inbox/press/2025-02-01.jsonl", "alerts.jsonl", "snapshots", "snapshots/store",
    "snapshots/store/press", "snapshots/store/press/2025-02-01",
    "snapshots/store/press/2025-02-01/manifest.json",
    "snapshots/store/press/2025-02-01/profiles.parquet", "snapshots/talentwatch.db",
    "snapshots/derived.duckdb", "snapshots/checksums.json", "snapshots/board.db",
    "snapshots/store/press/2025-02-01/positions.parquet",
    "snapshots/store/press/2025-02-01/rejected.jsonl",
)  # fmt: skip
SLOW = {("snapshots/store", "swapped"), ("rules", "closed")}
LATER = 6
"""Minutes after which a message that was put off twice is tried again."""
ROOMS = (0, 500, 4_000, 10_000, 30_000, 100_000, 300_000, 600_000, 1_000_000)
PAGES = (0, 1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384, 512)
"""Free pages of 4 KiB on a disk; the run of a quiet disk writes fewer than the last."""
INODES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12)
FORKED = """
import datetime, json, os, resource, sys, traceback
import monitor.cli.options as options
later = datetime.timedelta(minutes=int(sys.argv[3]))
options.clock = lambda: datetime.datetime.now(datetime.UTC) + later
import monitor.cycle, monitor.operations.run, monitor.wiring
monitor.operations.run.lack_of_space = lambda _: None  # the disk fills after a run has looked
from monitor.cli.entry import main
room = sys.argv[2]
for command in json.loads(sys.argv[1]):
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        sys.argv = ["talentwatch", *command]
        os.dup2(2, 1)
        if room:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(room),) * 2)
        try:
            main()
            code = 0
        except SystemExit as left:
            code = left.code or 0
        except BaseException:
            traceback.print_exc()
            code = 99
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """Return a world with an alert, and one more snapshot to come."""
    world = World(tmp_path_factory.mktemp("troubled"), rules={"one": flow("meta", "xai", people=1)})
    world.on("2025-01-01", ada=[job("Meta")], bob=[job("Meta")], **crowd("Meta"))
    world.then("2025-02-01", ada=[job("xAI", start="2025-01-10")])
    called(world.root, [("run",)], now="2025-02-01")
    world.then("2025-03-01", bob=[job("xAI", start="2025-02-10")])
    return world


@pytest.fixture(scope="module")
def peace(origin, tmp_path_factory):
    """Return what a channel was sent where nothing was in trouble."""
    root = tmp_path_factory.mktemp("peace")
    shutil.copytree(origin.root, root, dirs_exist_ok=True)
    called(root, [("run",)])
    return lines(root)


def called(
    root: Path,
    commands: Iterable[tuple[str, ...]],
    *,
    now: str = "2025-03-01",
    room: str = "",
    later: int = 0,
) -> tuple[list[int], str]:
    """Run commands one after the other, as root without the right to pass by all others.

    No file gets longer than `room` bytes: a longer write is refused, as on a disk that is full.
    The clock of delivery is put on by `later` minutes.
    """
    asked = [
        [
            *command,
            *(["--now", now] if command[0] == "run" else []),
            "--config",
            f"{root}/config.toml",
        ]
        for command in commands
    ]
    process = [sys.executable, "-c", FORKED, json.dumps(asked), room, str(later)]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root passes by all rights, and there is no setpriv to take that away")
        less = "-dac_override,-dac_read_search"
        process = ["setpriv", f"--bounding-set={less}", f"--inh-caps={less}", *process]
    done = subprocess.run(process, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return [int(code) for code in done.stdout.split()], done.stderr


def lines(root: Path) -> list[str]:
    """Read what the channel was sent about alerts, each message once."""
    found = (root / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    return sorted({line for line in found if '"alert"' in line})


def closed(path: Path) -> None:
    """Take all rights away."""
    path.chmod(0)


def swapped(path: Path) -> None:
    """Put a file in the place of a folder, or a folder in the place of a file."""
    is_folder = path.is_dir()
    path.rename(path.with_name(f".{path.name}.kept"))
    if is_folder:
        path.write_text("nothing of the kind", encoding="utf-8")
    else:
        path.mkdir()


def mended(path: Path, mode: int) -> None:
    """Put back what was there, if it was moved, and the rights that it had."""
    kept = path.with_name(f".{path.name}.kept")
    if kept.exists():
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        kept.rename(path)
    path.chmod(mode)


def cases():
    """Name each place with each trouble; most of them take long."""
    for place in PLACES:
        for trouble in (closed, swapped):
            is_slow = (place, trouble.__name__) in SLOW
            marks = pytest.mark.slow if is_slow else pytest.mark.long
            yield pytest.param(place, trouble, marks=marks, id=f"{trouble.__name__}-{place}")


def tried(root: Path, mend: Callable[[], object] = lambda: None, *, room: str = "") -> list[str]:
    """Call every command in trouble, mend it and run again; return what the channel was sent."""
    codes, said = called(root, COMMANDS, room=room)
    mend()
    assert "Traceback" not in said, said
    assert set(codes) <= {0, 1, 2, 75}, (codes, said)
    assert "withdrawn" not in "".join(lines(root)), lines(root)
    codes, said = called(root, [("run",)], later=LATER)
    assert codes == [0], said
    return lines(root)


@pytest.mark.parametrize(("place", "trouble"), [*cases()])
def test_trouble_with_a_file_or_folder_ends_in_words_and_takes_nothing_back(
    origin, peace, tmp_path, place, trouble
):
    """Every command says it; nothing is withdrawn; mended, the next run tells the rest."""
    root = tmp_path / "world"
    shutil.copytree(origin.root, root)
    path = root / place
    mode = path.stat().st_mode & 0o7777
    trouble(path)
    assert tried(root, lambda: mended(path, mode)) == peace


@pytest.mark.parametrize(
    "room",
    [
        pytest.param(room, marks=pytest.mark.slow if room == ROOMS[2] else pytest.mark.long)
        for room in ROOMS
    ],
)
def test_a_file_that_may_not_grow_ends_in_words_and_takes_nothing_back(
    origin, peace, tmp_path, room
):
    """Whichever write finds no room first; with room again, the next run tells the rest."""
    root = tmp_path / "world"
    shutil.copytree(origin.root, root)
    assert tried(root, room=str(room)) == peace


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return a world with an alert, which a run in this process told."""
    world = World(tmp_path_factory.mktemp("small"), rules={"one": flow("meta", "xai", people=1)})
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta"))
    world.then("2025-02-01", ada=[job("xAI", start="2025-01-10")])
    command = ("run", "--now", "2025-02-01", "--config", f"{world.root}/config.toml")
    assert run_here(*command).returncode == 0
    return world


@pytest.mark.slow
@pytest.mark.parametrize("place", ["snapshots/store", "snapshots/store/press"])
def test_a_file_in_the_place_of_the_store_ends_in_words_and_takes_nothing_back(
    small, tmp_path, place
):
    """Mended, the next run has nothing to tell."""
    world = small.copied(tmp_path / "world")
    command = ("run", "--now", "2025-02-02", "--config", f"{world.root}/config.toml")
    told, ledger, path = lines(world.root), world.ledger(), world.root / place
    mode = path.stat().st_mode & 0o7777
    swapped(path)
    done = run_here(*command)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(path) in done.stdout + done.stderr
    assert (lines(world.root), world.ledger()) == (told, ledger)
    mended(path, mode)
    assert run_here(*command).returncode == 0
    assert (lines(world.root), world.ledger()) == (told, ledger)


def mount(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Mount a disk, or change one, which takes root's rights."""
    command = [shutil.which("mount") or "false", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def disk(origin, tmp_path) -> Iterator[Path]:
    """Return a small disk of its own that has the world."""
    place = tmp_path / "disk"
    place.mkdir()
    made = mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place))
    if made.returncode:
        pytest.skip(f"no small disk can be mounted here: {made.stderr.strip()}")
    try:
        shutil.copytree(origin.root, place / "world")
        yield place
    finally:
        subprocess.run([shutil.which("umount") or "umount", str(place)], check=True)


def limited(disk: Path, **limits: int) -> None:
    """Give a disk other limits: its size in bytes, or its number of files."""
    said = ",".join(["remount", *(f"{name}={limit}" for name, limit in limits.items())])
    assert mount("-o", said, str(disk)).returncode == 0


def small_disks():
    """Name each number of pages or inodes that are free; one is a system test of each CI run."""
    for kind, numbers in (("pages", PAGES), ("inodes", INODES)):
        for number in numbers:
            mark = pytest.mark.slow if (kind, number) == ("pages", 8) else pytest.mark.long
            yield pytest.param(kind, number, marks=mark, id=f"{number}-{kind}")


@pytest.mark.parametrize(("kind", "free"), [*small_disks()])
def test_a_disk_without_room_ends_in_words_and_takes_nothing_back(disk, peace, kind, free):
    """No page or no inode is left at some write; with room again, the next run tells the rest."""
    there = os.statvfs(disk)
    if kind == "pages":
        limited(disk, size=(there.f_blocks - there.f_bfree + free) * there.f_frsize)
    else:
        limited(disk, nr_inodes=there.f_files - there.f_ffree + free)
    mend = lambda: limited(disk, size=64 << 20, nr_inodes=10_000)  # noqa: E731 -- one call
    assert tried(disk / "world", mend) == peace

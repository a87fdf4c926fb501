"""Rules, organisations and people that are lost or unreadable stop the evaluation, and no alert."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from damages import socket_at
from permissions import permissions_hold
from story import Job, World, crowd, flow, job
from tempo import first_slow, long, slow
from typer.testing import CliRunner

from monitor.base.errors import TalentwatchError, UsageError
from monitor.base.inputs import look
from monitor.cli.entry import app
from monitor.identity.organizations.imported import add, side_file
from monitor.identity.organizations.registries import RegistryEntry
from monitor.state import State

GROUP = '{ organization = "@rivals" }'
PEOPLE = '[[people]]\nids = ["press:meta-0001", "press:meta-0002"]\n'
INPUTS = {
    "rules": "rules",
    "organizations": "organizations.toml",
    "registries": "organizations.imported",
    "people": "people.toml",
}


def command(world: World, *words: str) -> tuple[int, str]:
    """Type a command; return its exit code and all that it said."""
    done = CliRunner().invoke(app, [*words, "--config", str(world.root / "config.toml")])
    match done.exception:
        case UsageError():
            return 2, str(done.exception)
        case TalentwatchError():
            return 1, str(done.exception)
        case SystemExit() | None:
            return done.exit_code, done.output
        case _:
            raise done.exception


def run(world: World, day: str) -> tuple[int, str]:
    """Run on a day."""
    return command(world, "run", "--now", day)


def gone_to_xai(number: int) -> dict[str, list[Job]]:
    """So many people of Meta who went to xAI in January."""
    return {
        f"meta-{one:04}": [job("Meta", end="2025-01-10"), job("xAI", "2025-01-11")]
        for one in range(number)
    }


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a world whose rules have opened an alert each, and told it."""
    world = World(
        tmp_path_factory.mktemp("prepared") / "world",
        rules={
            "talent": flow("meta", "xai", people=2),
            "rivals": flow("meta", GROUP, people=2),
        },
        people=PEOPLE,
    )
    side = side_file(world.root / "organizations.toml")
    add(side, [RegistryEntry(id="ror:1", name="Initech", names=("Initech Labs",))])
    world.on("2025-01-01", **crowd("Meta", 12))
    assert run(world, "2025-01-02")[0] == 0
    world.then("2025-02-01", **gone_to_xai(4))
    assert run(world, "2025-02-02")[0] == 0
    assert [line.split()[1] for line in world.ledger()] == ["opened", "opened"]
    return world.root


def watched(root: Path) -> World:
    """Open a prepared world again, with the next snapshot in its inbox."""
    made = World.__new__(World)
    made.root = root
    made.told = {"press": {name: {"positions": jobs} for name, jobs in crowd("Meta", 12).items()}}
    made.then("2025-03-01", **gone_to_xai(5))
    return made


@pytest.fixture
def world(prepared: Path, tmp_path: Path) -> World:
    """Give a copy of the prepared world."""
    shutil.copytree(prepared, tmp_path / "world")
    return watched(tmp_path / "world")


def told(world: World) -> list[str]:
    """List what was told about alerts, and the titles of notices."""
    lines = (world.root / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    return [f"{one['rule']} {one['reason']}" if "rule" in one else one["title"] for one in said]


def emptied(path: Path) -> None:
    """Leave a folder without files, a file without entries."""
    if path.is_dir():
        for name in path.iterdir():
            name.unlink()
    else:
        path.write_text("# nothing is left\n", encoding="utf-8")


def removed(path: Path) -> None:
    """Take a file or folder away."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def copied(path: Path, copy: Path) -> None:
    """Copy a file or folder."""
    if path.is_dir():
        shutil.copytree(path, copy)
    else:
        shutil.copy2(path, copy)


def replaced(path: Path) -> None:
    """Put a file in the place of a folder, and a folder in the place of a file."""
    was_folder = path.is_dir()
    removed(path)
    if was_folder:
        path.touch()
    else:
        path.mkdir()


def linked_nowhere(path: Path) -> None:
    """Put a link that leads nowhere in its place."""
    removed(path)
    path.symlink_to(path.parent / "not mounted" / path.name)


LOST = [
    (name, harm)
    for name in INPUTS
    for harm in (emptied, removed, replaced, linked_nowhere)
    if (name, harm) != ("registries", emptied)  # an SQLite file is not emptied by hand
]


@pytest.fixture(scope="module")
def undisturbed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the ledger of a world in which nothing was ever lost."""
    root = tmp_path_factory.mktemp("undisturbed") / "world"
    shutil.copytree(prepared, root)
    world = watched(root)
    assert run(world, "2025-03-04")[0] == 0
    return world.ledger()


QUICK = {
    ("rules", emptied),
    ("organizations", removed),
    ("registries", replaced),
    ("people", linked_nowhere),
}
"""Each input once, and each harm once."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "harm"),
    [one if one in QUICK else long(*one) for one in LOST],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_an_input_that_is_lost_stops_the_evaluation_and_takes_nothing_back(
    world: World, tmp_path: Path, undisturbed: list[str], name: str, harm: Callable[[Path], None]
) -> None:
    """The ledger stays, one notice is told, `status` says it, and the next good run catches up."""
    path, kept = world.root / INPUTS[name], tmp_path / "kept"
    copied(path, kept)
    before, said = world.ledger(), told(world)
    harm(path)
    for day in ("2025-03-02", "2025-03-03"):
        code, output = run(world, day)
        assert (code, f"{path} " in output, "Nothing was evaluated" in output) == (1, True, True)
    assert world.ledger() == before
    assert told(world) == [*said, f"Nothing is evaluated: the {name} are not as they were"]
    assert (world.root / "snapshots" / "store" / "press" / "2025-03-01").exists()
    code, output = command(world, "status", "--now", "2025-03-03")
    assert (code, output.count(f"{path} ")) == (1, 1)
    removed(path)
    copied(kept, path)
    assert run(world, "2025-03-04")[0] == 0
    assert world.ledger() == undisturbed
    assert command(world, "status", "--now", "2025-03-04")[0] == 0


CONFIRMED = {
    "rules": ("rules", "confirm-empty"),
    "organizations": ("organizations", "confirm-empty"),
    "registries": ("organizations", "confirm-empty", "registries"),
    "people": ("organizations", "confirm-empty", "people"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("rules", emptied),
        long("organizations", emptied),
        long("registries", removed),
        long("people", removed),
    ],
)
def test_the_command_that_is_named_lets_the_run_go_on_without_the_input(
    world: World, name: str, harm: Callable[[Path], None]
) -> None:
    """The decision is logged with its reason; what has content again may be missed again."""
    path = world.root / INPUTS[name]
    kept = path.read_bytes() if path.is_file() else None
    harm(path)
    _, output = run(world, "2025-03-02")
    confirming = " ".join(CONFIRMED[name])
    assert f"talentwatch {confirming} --why TEXT" in output
    assert command(world, *CONFIRMED[name])[0] == 2  # without a reason
    assert command(world, *CONFIRMED[name], "--why", "the watch is over")[0] == 0
    with world.state() as tx:
        (decision,) = tx.decisions("input")
    assert (decision.key, decision.verdict, decision.why) == (name, "empty", "the watch is over")
    assert run(world, "2025-03-03")[0] == (1 if name == "organizations" else 0)  # @rivals is gone
    assert command(world, *CONFIRMED[name], "--why", "again")[0] == 2
    if name == "rules":
        assert world.ledger() == []
    if kept is not None:
        path.write_bytes(kept)
        assert run(world, "2025-03-04")[0] == 0
        harm(path)
        assert run(world, "2025-03-05")[0] == 1


def test_an_input_that_has_content_or_cannot_be_read_is_not_confirmed_as_empty(
    world: World,
) -> None:
    """Nobody knows what is in a file that cannot be read."""
    code, output = command(world, "rules", "confirm-empty", "--why", "x")
    assert (code, "has content: there is nothing to confirm" in output) == (2, True)
    replaced(world.root / "organizations.toml")
    code, output = command(world, "organizations", "confirm-empty", "--why", "x")
    assert (code, "make it readable" in output) == (2, True)
    with world.state() as tx:
        assert tx.decisions("input") == []


@pytest.mark.slow
def test_inputs_that_never_had_content_are_empty_ones(tmp_path: Path) -> None:
    """A new installation runs before anybody wrote a rule; each missing file is said once."""
    world = World(tmp_path / "world", rules={})
    for path in ("rules", "organizations.toml", "people.toml"):
        removed(world.root / path)
    world.on("2025-01-01", **crowd("Meta"))
    assert run(world, "2025-01-02")[0] == 0
    assert run(world, "2025-01-03")[0] == 0
    with world.state() as tx:
        assert {*tx.cursors("input:").values()} == {"empty", "filled"}  # the inbox showed a file
    code, output = command(world, "rules", "confirm-empty", "--why", "x")
    assert (code, "taken as empty already" in output) == (2, True)


@pytest.mark.parametrize("name", ["rules", "organizations"])
def test_a_state_that_never_noted_its_inputs_knows_them_by_its_ledger(
    world: World, name: str
) -> None:
    """An upgrade on the day on which a folder is not mounted takes nothing back either."""
    with State.open(world.settings.state) as state, state.transaction() as tx:
        for cursor in tx.cursors("input:"):
            tx.set_cursor(cursor, None)
    if name == "organizations":
        removed(world.root / "organizations.imported")
    path = world.root / INPUTS[name]
    removed(path)
    before = world.ledger()
    code, output = run(world, "2025-03-02")
    assert (code, f"{path} is missing, and it had content" in output) == (1, True)
    assert world.ledger() == before


@pytest.mark.slow
def test_one_of_several_rules_may_go_without_a_word(world: World) -> None:
    """Deleting a rule's file is how a rule is taken out; only the last one needs a second word."""
    (world.root / "rules" / "talent.toml").unlink()
    assert run(world, "2025-03-02")[0] == 0
    assert world.ledger("talent") == []
    assert world.ledger("rivals")
    (world.root / "rules" / "rivals.toml").rename(world.root / "rules" / "rivals.test.toml")
    assert run(world, "2025-03-03")[0] == 1


@pytest.mark.slow
@pytest.mark.parametrize("harm", first_slow([linked_nowhere, replaced, emptied]))
def test_a_rule_whose_file_does_not_show_its_id_keeps_its_alerts(
    world: World, harm: Callable[[Path], None]
) -> None:
    """It is frozen like any broken rule, under whatever name its file goes."""
    path = world.root / "rules" / "other-name.toml"
    text = flow("meta", "xai", people=2)
    path.write_text(f'id = "named"\n{text}', encoding="utf-8")
    assert run(world, "2025-03-02")[0] == 0
    before = world.ledger("named")
    assert before
    harm(path)
    code, output = run(world, "2025-03-03")
    assert (code, str(path) in output) == (1, True)
    assert world.ledger("named") == before
    removed(path)
    assert run(world, "2025-03-04")[0] == 0
    assert world.ledger("named") == []


def test_a_directory_that_is_lost_is_not_begun_anew_by_a_decision(world: World) -> None:
    """One decision in the place of a whole file would look like a directory."""
    removed(world.root / "organizations.toml")
    code, output = command(world, "organizations", "decide", "Meta", "xAI", "real")
    assert (code, "is missing, and it had content" in output) == (2, True)
    assert not (world.root / "organizations.toml").exists()


@pytest.mark.slow
def test_derived_tables_that_are_gone_meanwhile_are_made_again_by_the_good_run(
    world: World, undisturbed: list[str]
) -> None:
    """While the evaluation stops, they are not missed."""
    rules = world.root / "rules"
    rules.rename(world.root / "elsewhere")
    (world.root / "snapshots" / "derived.duckdb").unlink()
    code, output = run(world, "2025-03-03")
    assert (code, f"{rules} is missing" in output) == (1, True)
    (world.root / "elsewhere").rename(rules)
    assert run(world, "2025-03-04")[0] == 0
    assert world.ledger() == undisturbed


@pytest.mark.slow
def test_importing_and_rehearsing_stop_as_a_run_does(world: World) -> None:
    """Snapshots are taken in, and no move is derived by a directory that is lost."""
    removed(world.root / "organizations.toml")
    moves = world.moves()
    inbox = world.root / "inbox" / "press" / "2025-03-01.jsonl"
    code, output = command(world, "import", "press", str(inbox))
    assert (code, "organizations.toml is missing" in output) == (1, True)
    code, output = command(world, "run", "--dry-run", "--now", "2025-03-02")
    assert (code, "organizations.toml is missing" in output) == (1, True)
    code, output = command(world, "backfill", "--since", "2025-01-01")
    assert (code, "organizations.toml is missing" in output) == (1, True)
    assert world.moves() == moves


# -- inboxes --------------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path: Path) -> World:
    """Make a world of two sources, the first with subfolders, that has run once."""
    world = World(tmp_path / "world", sources=("press", "wire"))
    config = world.root / "config.toml"
    text = config.read_text(encoding="utf-8").replace("press/*.jsonl", "press/*/*.jsonl")
    config.write_text(text, encoding="utf-8")
    world.on("2025-01-01", "wire", **crowd("Meta"))
    for part in ("a", "b"):
        (world.root / "inbox" / "press" / part).mkdir(parents=True)
    moved(world, "2025-01-01", "a")
    assert run(world, "2025-01-02")[0] == 0
    return world


def moved(world: World, day: str, part: str) -> Path:
    """Write a snapshot of the first source into a subfolder of its inbox."""
    path = world.on(day, **crowd("Google"))
    return path.rename(path.parent / part / path.name)


@pytest.mark.slow
@pytest.mark.parametrize("harm", first_slow([removed, replaced, linked_nowhere]))
def test_an_inbox_that_is_lost_fails_its_source_alone(
    two: World, harm: Callable[[Path], None]
) -> None:
    """The other source goes on; once the folder is there again, empty or not, all is well."""
    inbox = two.root / "inbox" / "press"
    harm(inbox)
    two.on("2025-01-03", "wire", **crowd("Meta"))
    code, output = run(two, "2025-01-04")
    assert (code, f"press: {inbox} " in output) == (1, True)
    assert "wire 2025-01-03" in output
    assert run(two, "2025-01-04")[0] == 1
    code, output = command(two, "status", "--now", "2025-01-04")
    assert (code, output.count(f"{inbox} ")) == (1, 1)
    inbox.unlink(missing_ok=True)
    inbox.mkdir()
    assert run(two, "2025-01-05")[0] == 0


@pytest.mark.parametrize("special", [Path.mkdir, slow(os.mkfifo), slow(socket_at)])
def test_what_is_no_file_in_an_inbox_is_named_and_the_rest_is_taken_in(
    tmp_path: Path, special: Callable[[Path], object]
) -> None:
    """A folder as Spark writes one, a pipe, a socket: `run` and `status` name it, each time."""
    world = World(tmp_path / "world")
    world.on("2025-01-01", **crowd("Meta"))
    place = world.root / "inbox" / "press" / "2025-01-02.jsonl"
    special(place)
    for _ in range(2):
        code, output = run(world, "2025-01-04")
        assert (code, output.count(place.name)) == (1, 1)
    code, output = command(world, "status", "--now", "2025-01-04")
    assert (code, place.name in output) == (1, True)
    assert world.snapshots() == ["press 2025-01-01 baseline"]
    removed(place)
    assert run(world, "2025-01-04")[0] == 0


@pytest.mark.slow
def test_an_inbox_that_was_never_there_is_said_once_and_one_that_is_empty_too(two: World) -> None:
    """Files are often moved away once they were taken in."""
    shutil.rmtree(two.root / "inbox" / "press")
    (two.root / "inbox" / "press").mkdir()
    with (two.root / "config.toml").open("a", encoding="utf-8") as config:
        config.write('\n[sources.new]\nkind = "files"\npath = "not yet/*.jsonl"\n')
    assert run(two, "2025-01-04")[0] == 0
    assert [title for title in told(two) if "shows no file" in title] == [
        "The source press shows no file at all",
        "The source new shows no file at all",
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("in/*.jsonl", ["in/1.jsonl"]),
        ("in/1.jsonl", ["in/1.jsonl"]),
        ("in/none.jsonl", []),
        ("in/*/*.jsonl", ["in/a/2.jsonl", "in/a/link.jsonl", "in/b/3.jsonl"]),
        ("*/a/[0-9].jsonl", ["in/a/2.jsonl"]),
        ("in/**/b/*", ["in/b/3.jsonl"]),
        ("in/**/*.jsonl", ["in/1.jsonl", "in/a/2.jsonl", "in/a/link.jsonl", "in/b/3.jsonl"]),
        ("in/a/../1.jsonl", ["in/a/../1.jsonl"]),
        ("**/2.*", ["in/a/2.jsonl"]),
    ],
)
def test_a_pattern_lists_what_pathlib_does(
    tmp_path: Path, pattern: str, expected: list[str]
) -> None:
    """Files only, hidden ones left out, a link that leads nowhere among them."""
    for name in ("in/1.jsonl", "in/.hidden.jsonl", "in/a/2.jsonl", "in/b/3.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "in" / "a" / "link.jsonl").symlink_to("nowhere")
    found = look(tmp_path, pattern)
    assert [str(path.relative_to(tmp_path)) for path in found.files] == expected
    assert look(Path("/"), f"{tmp_path}/{pattern}") == found
    assert (found.missing, found.unreadable) == (None, ())
    assert {*found.files} <= set(tmp_path.glob(pattern))


@pytest.mark.parametrize(
    ("pattern", "folder", "times"),
    [
        ("in/*.jsonl", "in/2.jsonl", 1),
        ("in/*.jsonl", "in/.2.jsonl", 0),
        ("in/*.jsonl", "in/done", 0),
        ("in/*", "in/done", 0),
        ("in/*", "in/2025-06", 0),
        ("in/*", "in/2025-06-14", 1),
        ("in/*", "in/2.parquet", 1),
        ("in/**/*.jsonl", "in/a/2.jsonl", 1),
        ("in/2025*", "in/2025-02", 1),
        ("in", "in", 1),
    ],
)
def test_a_folder_in_the_place_of_a_file_is_named(
    tmp_path: Path, pattern: str, folder: str, times: int
) -> None:
    """Beside the files that `*` names, a folder is where people put what they are done with."""
    (tmp_path / folder).mkdir(parents=True)
    found = look(tmp_path, pattern)
    assert (found.files, len(found.unreadable)) == ((), times)
    words = f"{tmp_path / folder} cannot be read: it is a folder"
    assert all(words in one for one in found.unreadable)


# -- without permission ---------------------------------------------------------------------------


def obeying(world: World, *words: str) -> tuple[int, str]:
    """Type a command as somebody for whom permissions hold."""
    with permissions_hold():
        return command(world, *words)


@pytest.mark.slow
@pytest.mark.parametrize("name", first_slow(INPUTS))
def test_an_input_without_permission_stops_the_evaluation(world: World, name: str) -> None:
    """It is an error that names the path, and the next run with permission is a good one."""
    path = world.root / INPUTS[name]
    before, mode = world.ledger(), path.stat().st_mode
    path.chmod(0)
    code, output = obeying(world, "run", "--now", "2025-03-02")
    assert (code, f"{path} cannot be read: Permission denied" in output) == (1, True)
    assert world.ledger() == before
    code, output = obeying(world, "rules", "check")
    assert (code in {1, 2}, str(path) in output) == (True, True)
    path.chmod(mode)
    assert obeying(world, "run", "--now", "2025-03-02")[0] == 0


@pytest.mark.slow
def test_a_folder_on_the_way_to_the_inputs_without_permission_stops_the_evaluation(
    world: World,
) -> None:
    """Whether a file is there cannot be told, and that is no sign that it is not."""
    shut = world.root / "shut"
    shut.mkdir()
    (world.root / "organizations.toml").rename(shut / "organizations.toml")
    (world.root / "organizations.imported").rename(shut / "organizations.imported")
    config = world.root / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f'organizations = "shut/organizations.toml"\n{text}', encoding="utf-8")
    assert run(world, "2025-03-02")[0] == 0
    shut.chmod(0)
    code, output = obeying(world, "run", "--now", "2025-03-03")
    assert (code, f"{shut}/organizations.toml cannot be read" in output) == (1, True)


@pytest.mark.slow
def test_an_inbox_without_permission_is_an_error_and_the_readable_rest_is_taken(
    world: World,
) -> None:
    """One subfolder among many, and a quiet run notices it too."""
    config = world.root / "config.toml"
    text = config.read_text(encoding="utf-8").replace("press/*.jsonl", "press/**/*.jsonl")
    config.write_text(text, encoding="utf-8")
    closed = world.root / "inbox" / "press" / "closed"
    closed.mkdir()
    assert obeying(world, "run", "--now", "2025-03-02")[0] == 0
    assert obeying(world, "run", "--now", "2025-03-02") == (0, "Nothing is new.\n")
    closed.chmod(0)
    said = f"press: {closed} cannot be read: Permission denied"
    assert said in obeying(world, "run", "--now", "2025-03-02")[1]
    world.then("2025-03-03")
    code, output = obeying(world, "run", "--now", "2025-03-03")
    assert (code, said in output, "press 2025-03-03" in output) == (1, True, True)
    closed.parent.chmod(0)
    code, output = obeying(world, "run", "--now", "2025-03-03")
    assert (code, f"press: {closed.parent} cannot be read" in output) == (1, True)

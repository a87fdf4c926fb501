"""Sources that fall out of the configuration take nothing back; a removal ends their alerts."""

import json
import shutil

import pytest
from story import World, crowd, flow, job
from tempo import first_slow
from typer.testing import CliRunner, Result

from monitor.base.settings import Quality
from monitor.cli.entry import app
from monitor.intake.gone_sources import limits_of
from monitor.state import State

RULES = {"talent": flow("meta", "xai", people=2, within="180d")}
DAYS = ("2025-01-01", "2025-02-01", "2025-03-01")
AFTER = "2025-03-02"


def talentwatch(world: World, *arguments: str, code: int = 0) -> Result:
    """Run a command within this process, and expect its exit code."""
    config = ["--config", str(world.root / "config.toml")]
    done = CliRunner().invoke(app, [*arguments, *config])
    assert done.exit_code == code, (done.output, done.exception)
    return done


def play(world: World) -> World:
    """Two people of one source go, and three of the other; one alert each is told."""
    press = {"ada": [job("Meta")], "bob": [job("Meta")]}
    web = {"eve": [job("Google")], "fay": [job("Google")], "gus": [job("Google")]}
    world.observe(DAYS[0], {**press, **crowd("Meta", 12)})
    world.observe(DAYS[0], {**web, **crowd("Google", 12)}, source="web")
    for number, day in enumerate(DAYS[1:]):
        world.then(day, **{[*press][number]: [job("xAI")]})
        world.then(day, "web", **{who: [job("OpenAI")] for who in [*web][: number + 2]})
        world.run(day)
    return world


BOTH = {**RULES, "search": flow("google", "openai", people=3, within="180d")}


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> World:
    """Return a world of two sources, each with an open alert that was told."""
    root = tmp_path_factory.mktemp("played")
    return play(World(root, rules=BOTH, sources=("press", "web")))


@pytest.fixture
def world(played, tmp_path) -> World:
    """Return a copy of that world."""
    copy = World(tmp_path / "copy", rules=BOTH, sources=("press", "web"))
    for folder in ("snapshots", "inbox"):
        shutil.copytree(played.root / folder, copy.root / folder)
    assert [line["status"] for line in copy.alerts()] == ["open", "open"]
    return copy


@pytest.mark.slow
def test_a_source_without_a_section_is_frozen(world):
    """Its alert stays, and one notice says so."""
    before = world.ledger_bytes()
    world.rewrite(sources=("press",))
    talentwatch(world, "run", "--now", AFTER)
    assert world.ledger_bytes() == before
    assert world.notices() == ["gone:source:web"]


@pytest.mark.slow
def test_a_clock_that_is_set_back_is_named(world):
    """The alerts stay, and one notice says so."""
    before = world.ledger_bytes()
    talentwatch(world, "run", "--now", "2024-03-01")
    assert world.ledger_bytes() == before
    assert world.notices() == ["clock"]


@pytest.mark.slow
@pytest.mark.parametrize("limits", first_slow(["", "[sources.web.quality]\nmissing = 0.01"]))
def test_a_source_that_falls_out_of_the_configuration_takes_nothing_back(world, limits):
    """Its snapshots stand as they were judged; one notice and `status` name it."""
    world.rewrite(config=limits)
    world.run(DAYS[2])
    ledger, sent = world.ledger_bytes(), world.sent()
    world.rewrite(sources=("press",), config="")
    talentwatch(world, "run", "--now", AFTER)
    (world.root / "snapshots" / "derived.duckdb").unlink()
    talentwatch(world, "run", "--now", AFTER)
    assert (world.ledger_bytes(), world.sent()) == (ledger, sent)
    assert world.notices().count("gone:source:web") == 1
    status = talentwatch(world, "status", "--now", AFTER, code=1)
    assert "talentwatch sources remove web --why TEXT" in status.stderr
    world.rewrite(sources=("press", "web"), config=limits)
    talentwatch(world, "run", "--now", AFTER)
    assert (world.ledger_bytes(), world.sent()) == (ledger, sent)
    world.rewrite(sources=("press",), config="")
    talentwatch(world, "run", "--now", "2025-03-03")
    assert world.notices().count("gone:source:web") == 2


@pytest.mark.slow
def test_limits_that_an_older_version_wrote_are_read(world):
    """It wrote null for a gate that is switched off."""
    with State.open(world.settings.state) as state, state.transaction() as tx:
        tx.set_cursor("limits:gone", '{"missing": null, "rejected": 0.5, "renewal": false}')
        limits = limits_of(tx, world.settings)
    assert limits["gone"] == Quality(missing=False, rejected=0.5, renewal=False)


@pytest.mark.slow
def test_a_removed_source_ends_its_alerts_with_a_reason_of_its_own(world):
    """The alert is closed, nobody is taken back, and the other source's alert goes on."""
    before = world.alerts()
    done = talentwatch(world, "sources", "remove", "web", "--why", "its licence ended")
    assert "is no longer in" in done.stdout
    assert "sources.web" not in (world.root / "config.toml").read_text(encoding="utf-8")
    talentwatch(world, "run", "--now", AFTER)
    after = {line["rule"]: line for line in world.alerts()}
    assert after["talent"] == next(line for line in before if line["rule"] == "talent")
    assert after["search"]["status"] == "closed"
    assert after["search"]["closed_on"] == AFTER
    assert world.sent()[-1].startswith("source_removed")
    assert [line for line in world.sent() if "withdrawn" in line] == []
    listed = talentwatch(world, "sources", "--json").stdout.splitlines()
    assert json.loads(listed[1])["status"] == "removed"
    assert json.loads(listed[1])["since"] == AFTER
    talentwatch(world, "status", "--now", AFTER)


@pytest.mark.slow
def test_a_removal_on_the_day_of_the_last_snapshot_says_the_same(world):
    """What became known on that very day is not withdrawn either."""
    talentwatch(world, "sources", "remove", "web", "--why", "its licence ended")
    for _ in range(2):
        talentwatch(world, "run", "--now", DAYS[2])
    reasons = [line.split()[0] for line in world.sent()]
    assert reasons.count("source_removed") == 1
    assert "withdrawn" not in reasons


@pytest.mark.slow
def test_a_replay_of_a_removed_source_is_what_was_live(world):
    """The ledger is the same from derived tables that were deleted."""
    talentwatch(world, "sources", "remove", "web", "--why", "its licence ended")
    talentwatch(world, "run", "--now", AFTER)
    ledger, sent = world.ledger_bytes(), world.sent()
    (world.root / "snapshots" / "derived.duckdb").unlink()
    talentwatch(world, "run", "--now", AFTER)
    assert (world.ledger_bytes(), world.sent()) == (ledger, sent)


@pytest.mark.slow
def test_a_section_that_is_put_back_takes_the_removal_back(world):
    """Its alert is open again; falling out once more is no removal."""
    talentwatch(world, "sources", "remove", "web", "--why", "its licence ended")
    talentwatch(world, "run", "--now", AFTER)
    world.rewrite()
    talentwatch(world, "run", "--now", AFTER)
    assert {line["status"] for line in world.alerts()} == {"open"}
    world.rewrite(sources=("press",))
    talentwatch(world, "run", "--now", AFTER)
    assert {line["status"] for line in world.alerts()} == {"open"}
    assert "gone:source:web" in world.notices()


@pytest.mark.slow
def test_what_two_sources_show_outlives_the_removal_of_one(tmp_path):
    """The people of the other source stay counted, and their alert open."""
    world = World(tmp_path, rules=RULES, sources=("press", "web"), people=LINKED)
    for source in world.sources:
        world.observe(
            DAYS[0], {"ada": [job("Meta")], "bob": [job("Meta")], **crowd("Meta", 9)}, source=source
        )
        world.then(DAYS[1], source, ada=[job("xAI")], bob=[job("xAI")])
    world.run(DAYS[1])
    talentwatch(world, "sources", "remove", "web", "--why", "its licence ended")
    talentwatch(world, "run", "--now", DAYS[2])
    assert [line["status"] for line in world.alerts()] == ["open"]


LINKED = """
[[people]]
ids = ["press:ada", "web:ada"]
[[people]]
ids = ["press:bob", "web:bob"]
"""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("wob", "--why", "x"), "there is no source 'wob'"),
        (("web", "--why", " "), "needs its reason"),
    ],
)
def test_a_removal_that_cannot_be_meant_is_refused(world, arguments, said):
    """A name that is none and a reason that is none change nothing."""
    config = ["--config", str(world.root / "config.toml")]
    done = CliRunner().invoke(app, ["sources", "remove", *arguments, *config])
    assert said in str(done.exception)
    with world.state() as tx:
        assert tx.decisions("source") == []


def test_a_removal_leaves_the_rest_of_the_configuration_as_it_is(world):
    """Comments and the order of keys stay."""
    config = world.root / "config.toml"
    config.write_text("# ours\n" + config.read_text(encoding="utf-8"), encoding="utf-8")
    before = config.read_text(encoding="utf-8")
    talentwatch(world, "sources", "remove", "web", "--why", "its licence ended")
    section = '[sources.web]\nkind = "files"\npath = "inbox/web/*.jsonl"\n'
    assert section in before
    assert config.read_text(encoding="utf-8") == before.replace(section, "")


@pytest.mark.slow
def test_a_folder_that_the_state_never_knew_is_named_and_not_looked_into(world):
    """A foreign folder in the store makes no moves."""
    store = world.root / "snapshots" / "store"
    moves = world.moves()
    (store / "web").rename(store / "other")
    world.rewrite()
    talentwatch(world, "run", "--now", AFTER)  # its files are still in the inbox
    assert world.moves() == moves
    assert "gone:source:other" in world.notices()
    assert "no alert rests on" in talentwatch(world, "status", "--now", AFTER, code=1).stderr


@pytest.mark.slow
def test_a_clock_that_is_set_back_by_a_year_takes_nothing_back(world):
    """One notice and `status` name it; the next run by the right clock goes on."""
    ledger, sent = world.ledger_bytes(), world.sent()
    for _ in range(2):
        talentwatch(world, "run", "--now", "2024-03-01")
    assert (world.ledger_bytes(), world.sent()) == (ledger, sent)
    assert world.notices().count("clock") == 1
    assert (
        "the clock says 2024-03-01"
        in talentwatch(world, "status", "--now", "2024-03-01", code=1).stderr
    )
    talentwatch(world, "run", "--now", AFTER)
    assert (world.ledger_bytes(), world.sent()) == (ledger, sent)
    talentwatch(world, "status", "--now", AFTER)
    talentwatch(world, "run", "--now", "2024-03-05")
    assert world.notices().count("clock") == 2

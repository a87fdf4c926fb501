"""The status says that all is well only where it is; what is wrong it names, with exit 1."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from receivers import receiver
from story import World, crowd, flow, job
from typer.testing import CliRunner

from monitor.base.settings import FilesSource
from monitor.cli.entry import app
from monitor.cli.options import assembly
from monitor.delivery.outbox import Silence
from monitor.operations.due import Newest, expected
from monitor.operations.health.problems import REASONS, counts, facts_for_metrics, troubles
from monitor.operations.health.status import never_accepted
from monitor.operations.health.surroundings import troubles_around
from monitor.operations.run import Wanted, run_once
from monitor.state import State, leases

DAY = "2025-01-02"


@pytest.fixture(scope="module")
def well(tmp_path_factory) -> World:
    """Play a world that ran once and is well."""
    world = World(tmp_path_factory.mktemp("well"), rules={"talent": flow("meta", "xai", people=1)})
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta")])
    ran(world)
    return world


@pytest.fixture
def world(well: World, tmp_path) -> World:
    """Return a world that ran once and is well."""
    return well.copied(tmp_path)


def ran(world: World, day: str = DAY) -> None:
    """Run once on a day."""
    config = str(world.root / "config.toml")
    CliRunner().invoke(app, ["run", "--now", day, "--config", config])


def status(world: World, day: str = DAY) -> tuple[int, dict[str, Any], str]:
    """Ask for the status: its exit code, its facts, and what it says on stderr."""
    config = ["--config", str(world.root / "config.toml"), "--now", day]
    shown = CliRunner().invoke(app, ["status", *config])
    asked = CliRunner().invoke(app, ["status", "--json", *config])
    assert shown.exit_code == asked.exit_code
    assert shown.stdout.startswith("All is well.") == (shown.exit_code == 0)
    return shown.exit_code, json.loads(asked.stdout), shown.stderr


def measured(world: World, day: str = DAY) -> dict[str, int]:
    """Count what the metric shows, by reason."""
    at = datetime.now(UTC)
    with State.open(world.settings.state) as state, state.reading() as tx:
        facts = facts_for_metrics(world.settings, tx, on=date.fromisoformat(day), at=at)
    return counts(troubles(facts))


def test_a_world_that_is_well_is_well(world):
    """Nothing is named, nowhere."""
    code, facts, said = status(world)
    assert (code, facts["problems"], facts["problem_reasons"], said) == (0, [], {}, "")
    assert measured(world) == {}


def config(text: str) -> Callable[[World], None]:
    return lambda world: world.rewrite(config=text)


def opened_to_others(world: World) -> None:
    """Take back what talentwatch did to keep people's data private."""
    (world.root / "snapshots").chmod(0o755)
    (world.root / "snapshots" / "derived.duckdb").chmod(0o644)


def broken_rule(world: World) -> None:
    world.rewrite(rules={"talent": "[flow]\npeople = 'three'\n"})
    ran(world)


def only_suspect(world: World) -> None:
    world.on("2025-01-08", ada=[job("Meta")])
    ran(world, "2025-01-08")


def folder_in_place_of_channel(world: World) -> None:
    (world.root / "alerts.jsonl").unlink(missing_ok=True)
    (world.root / "alerts.jsonl").mkdir()


def file_in_place_of_folder(world: World) -> None:
    (world.root / "taken").write_text("", encoding="utf-8")
    world.rewrite(config="[channels.deep]\nkind = 'file'\npath = 'taken/alerts.jsonl'")


def no_space(world: World) -> None:
    world.rewrite(config="[watch]\nfree_mib = 1000000")
    ran(world)


def emptied_inbox(world: World) -> None:
    for path in world.root.glob("inbox/*/*"):
        path.unlink()


def killed_run(world: World) -> None:
    with State.open(world.settings.state) as state, state.transaction() as tx:
        leases.take(
            tx.connection,
            "run",
            process="elsewhere:1",
            now=datetime.now(UTC) - timedelta(seconds=5),
            seconds=1,
            is_gone=lambda _: True,
        )


def switched_off(world: World) -> None:
    with State.open(world.settings.state) as state, state.transaction() as tx:
        tx.turn_off("lines", at=datetime(2025, 1, 1, tzinfo=UTC), why="it said 410")


def wrong_file(world: World) -> None:
    world.file("2025-01-02", "x" * 10 + "\n")
    world.file("undated", "")
    ran(world)


@pytest.mark.parametrize(
    ("verdicts", "count"),
    [
        ([], 0),
        (["baseline"], 0),
        (["baseline", "rejected"], 0),
        (["baseline", "suspect"], 1),
        (["baseline", "suspect", "suspect", "baseline"], 3),
        (["baseline", "accepted", "suspect", "suspect", "baseline"], 0),
    ],
)
def test_snapshots_after_the_first_count_while_none_was_accepted(verdicts, count):
    """A renewed baseline is compared with nothing, and what an operator rejected is decided."""
    assert never_accepted(verdicts) == count


@pytest.mark.slow
def test_a_source_whose_baselines_follow_each_other_is_named(tmp_path):
    """Its newest snapshot is good, and yet it never showed a move."""
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=1)})
    world.on("2025-01-01", **crowd("Meta"))
    for day in ("2025-01-02", "2025-01-03", "2025-01-04"):
        world.on(day, **crowd("Meta", prefix="other-"))
    ran(world, "2025-01-05")
    code, facts, said = status(world, "2025-01-05")
    assert facts["sources"]["press"]["last_verdict"] == "baseline"
    assert (code, facts["problem_reasons"]) == (1, {"never_accepted": 1})
    assert "source press: none of its snapshots after the first was accepted (3 since)" in said


HOOK = "[channels.hook]\nkind = 'webhook'\nallow_private = true\nurl = 'https://example.org'\n"
SECRET = "{ env = 'TALENTWATCH_UNSET' }"
WRONG = {
    "a secret of a channel": (
        "secret",
        config("[channels.hook]\nkind = 'webhook'\nurl = " + SECRET),
        "channel hook, `url`: the environment variable TALENTWATCH_UNSET is not set; set it",
    ),
    "a secret header": (
        "secret",
        config(f"{HOOK}[channels.hook.headers]\nx-key = {SECRET}"),
        "channel hook, `headers.x-key`: the environment variable TALENTWATCH_UNSET is not set",
    ),
    "the address of the switch": (
        "secret",
        config("[watch]\nping = { file = 'nowhere' }"),
        "[watch], `ping`: the secret's file",
    ),
    "a path that matches nothing": ("no_file", emptied_inbox, "no file matches inbox/press/*"),
    "a source of a typo": (
        "no_file",
        config("[sources.wire]\nkind = 'files'\npath = 'inbox/press/*.jsonll'"),
        "source wire: no file matches inbox/press/*.jsonll; put one there, or mend `path` of",
    ),
    "a service that was never asked": (
        "no_file",
        config(
            "[sources.wire]\nkind = 'orcid'\ncontact = 'https://example.org/us; a@example.org'\n"
            "purpose = 'a test'\nretention = '30d'\nwatch = { ids = ['0000-0002-1825-0097'] }"
        ),
        "source wire: its service has not told anything yet, or its files are gone:",
    ),
    "a source without a good snapshot": (
        "no_snapshot",
        config("[sources.wire]\nkind = 'files'"),
        "source wire has no good snapshot",
    ),
    "a source that is stale": (
        "stale",
        lambda world: world.rewrite(
            sources=(),
            config="[sources.press]\nkind = 'files'\npath = 'inbox/press/*'\nstale_after = '0d'",
        ),
        "source press: its last good snapshot is 1 days old; `stale_after` is 0 days",
    ),
    "a rule that is broken": ("rule", broken_rule, "rule talent cannot be used"),
    "a channel that is off": ("channel_off", switched_off, "channel lines is off: it said 410"),
    "a channel that is a folder": (
        "unwritable",
        folder_in_place_of_channel,
        "alerts.jsonl is a folder; `path` names a file",
    ),
    "a channel below a file": (
        "unwritable",
        file_in_place_of_folder,
        "cannot be written",
    ),
    "a state that others can read": (
        "not_private",
        opened_to_others,
        "derived.duckdb: `chmod -R go= ",
    ),
    "no free disk": ("disk", no_space, "make room, or lower `free_mib` of [watch]"),
    "a run that was killed": ("lease", killed_run, "the run of elsewhere:1 began at"),
    "a file that is none": ("last_run", wrong_file, "the last run: press: undated.jsonl: no day"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_named_with_what_to_do_and_counted(world, what):
    """In words, in JSON, as a figure: what, where, and exit 1."""
    reason, spoil, words = WRONG[what]
    spoil(world)
    code, facts, said = status(world)
    assert code == 1
    assert words in said
    assert any(words in problem for problem in facts["problems"])
    assert facts["problem_reasons"][reason] >= 1
    assert measured(world)[reason] >= 1
    assert facts["problem_reasons"].keys() | measured(world).keys() <= set(REASONS)


def test_a_suspect_snapshot_is_named_with_the_last_good_one_and_the_command(world):
    """However long it has been suspect."""
    world.on("2025-01-08", ada=[job("Meta")])
    ran(world, "2025-01-08")
    code, facts, said = status(world, "2025-01-09")
    assert code == 1
    assert "the last good one is of 2025-01-01; `talentwatch snapshots accept press" in said
    assert facts["problem_reasons"]["suspect"] == measured(world, "2025-01-09")["suspect"] == 1


def test_a_run_that_could_not_be_done_is_named_until_one_could(world):
    """The last run that ended well does not hide it."""
    config = world.config
    no_space(world)
    world.rewrite(config=config)
    code, facts, said = status(world)
    assert (code, facts["problem_reasons"]) == (1, {"failing": 1})
    assert "the run fails since 2025-01-02 (1 time): only" in said
    ran(world)
    assert status(world)[0] == 0


@pytest.mark.slow
def test_a_channel_that_is_away_is_named(world):
    """What waits for it, how often it was tried, what it said; then what it refused for good."""
    with receiver() as away:
        away.answers(status=503)
        world.rewrite(
            config=f"[channels.hook]\nkind = 'webhook'\nurl = '{away.url}'\nallow_private = true"
        )
        world.then(DAY, ada=[job("Meta", end="2025-01-01"), job("xAI", start="2025-01-02")])
        ran(world)
        assert measured(world)["deferred"] == status(world)[1]["problem_reasons"]["deferred"] == 1
        away.answers(status=404)
        run_once(
            world.settings,
            Wanted(assembly=assembly, clock=lambda: datetime(2025, 1, 5, tzinfo=UTC)),
        )
    assert measured(world)["dead_letters"] == 1
    assert status(world)[1]["problem_reasons"]["dead_letters"] == 1


LAST = Newest(observed_on=date(2025, 1, 10), verdict="accepted", good_on=date(2025, 1, 10))
WEEKLY = Newest(
    observed_on=date(2025, 1, 10), verdict="accepted", good_on=date(2025, 1, 10), usual_days=7
)


@pytest.mark.parametrize(
    ("last", "more", "until"),
    [
        (LAST, {}, None),
        (LAST, {"stale_after": "5d"}, date(2025, 1, 15)),
        (LAST, {"stale_after": "1000000000d"}, date.max),
        (WEEKLY, {}, date(2025, 1, 31)),
        (WEEKLY, {"stale_after": "5d"}, date(2025, 1, 15)),
        (WEEKLY, {"finished": True}, None),
        (LAST, {"schedule": "0 6 * * *"}, date(2025, 1, 13)),
        (LAST, {"schedule": "@weekly"}, date(2025, 1, 26)),
        (LAST, {"schedule": "@every 5m"}, date(2025, 1, 13)),
        (WEEKLY, {"schedule": "@every 5m"}, date(2025, 1, 31)),
        (WEEKLY, {"schedule": "@monthly"}, date(2025, 4, 1)),
    ],
)
def test_a_source_is_stale_when_its_own_pace_has_been_missed_three_times(last, more, until):
    """By `stale_after`, else by its usual gaps and its schedule, whichever takes longer."""
    source = FilesSource(**more)
    expectation = expected(source, last)
    assert (None if expectation is None else expectation.until) == until


@pytest.mark.slow
def test_a_supply_that_dries_up_is_told_without_being_asked_for(world):
    """A source that came every week is missed after three weeks, once, and welcomed back."""
    for day in ("2025-01-08", "2025-01-15"):
        world.then(day)
        ran(world, day)
    for day in ("2025-02-05", "2025-02-06", "2025-02-07"):
        ran(world, day)
    told = Path(world.root / "alerts.jsonl").read_text(encoding="utf-8")
    assert told.count("The supply of press fails") == 1
    assert status(world, "2025-02-05")[0] == 0
    assert status(world, "2025-02-06")[1]["problem_reasons"] == {"stale": 1}
    world.then("2025-02-08")
    ran(world, "2025-02-08")
    told = Path(world.root / "alerts.jsonl").read_text(encoding="utf-8")
    assert "The supply of press works again" in told


@pytest.mark.parametrize("place", ["organizations.toml", "people.toml", "rules"])
def test_a_pipe_in_the_place_of_a_file_or_folder_is_named_and_not_waited_for(world, place):
    """Nobody may ever write into it."""
    path = world.root / place
    path.rename(path.with_name("kept"))
    os.mkfifo(path)
    code, facts, said = status(world)
    assert (code, facts["problem_reasons"]) == (1, {"unreadable": 1})
    assert f"{path} cannot be read" in said


def aside(world: World, day: str = DAY) -> dict[str, tuple[int, str]]:
    """Return what is set aside: how many of each, and the command; the page names each of them.

    That the sources of a world state no purpose is left out.
    """
    config = ["--config", str(world.root / "config.toml"), "--now", day]
    shown = CliRunner().invoke(app, ["status", *config]).stdout
    found = status(world, day)[1]["set_aside"]
    assert all(f"{one['text']}: `{one['command']}`" in shown for one in found)
    others = (one for one in found if one["what"] != "unstated_purpose")
    return {other["what"]: (other["count"], other["command"]) for other in others}


def test_a_source_that_states_no_purpose_licence_and_retention_is_named(world):
    """Each with what it does not state; one that states all is not named."""
    world.rewrite(
        config="[sources.other]\nkind = 'files'\npurpose = 'press research'\nlicence = 'CC0'\n"
        "retention = '730d'\n[sources.half]\nkind = 'files'\npurpose = ' '\nlicence = 'CC0'"
    )
    found = [one for one in status(world)[1]["set_aside"] if one["what"] == "unstated_purpose"]
    assert [(one["count"], one["text"].partition(";")[0]) for one in found] == [
        (2, "source half: a source of people states no 'purpose' or 'retention'"),
        (3, "source press: a source of people states no 'purpose' or 'licence' or 'retention'"),
    ]


def test_a_watch_without_anything_set_aside_says_so(world):
    """The list is empty, and no line is printed."""
    assert aside(world) == {}


@pytest.mark.slow
def test_what_was_said_once_is_found_again(world):
    """Rows, snapshots, silences, muted alerts, reviews and rules, each with its command."""
    text = '{"id": "bob", "positions": [{"organization": "xAI"}]}\nno profile\n'
    lines = (world.root / "inbox" / "press" / "2025-01-01.jsonl").read_text(encoding="utf-8")
    silence = Silence(rule="talent", since=date(2025, 1, 1), until=date(2026, 1, 1))
    with State.open(world.settings.state) as state, state.transaction() as tx:
        tx.decide("silence", silence.key, silence.span, "ada", "known", on=datetime.now(UTC))
    gone = lines.replace('"Meta"', '"xAI"', 1)
    world.rewrite(config="[sources.press.quality]\nrejected = false")
    world.file("2025-01-03", f"{gone}no profile\n")
    ran(world, "2025-01-03")
    world.file("2025-01-04", text)
    ran(world, "2025-01-04")
    world.decide("press", "2025-01-01", "accepted")
    rule = world.rules["talent"]
    world.rewrite(rules={"talent": rule, "quiet": f"enabled = false\n{rule}"})
    with State.open(world.settings.state) as state, state.transaction() as tx:
        tx.decide("move", "abc:2025-01-03", "false", "ada", "", on=datetime.now(UTC))
    found = aside(world, "2025-01-04")
    assert found["rejected_rows"] == (2, "talentwatch snapshots")
    assert found["suspect_snapshots"] == (1, "talentwatch snapshots accept press 2025-01-04")
    assert found["silences"] == (1, "talentwatch silence list")
    assert found["muted_alerts"] == (1, "talentwatch alerts")
    assert found["false_moves"] == (1, "talentwatch moves decide MOVE confirmed")
    assert found["rules_off"] == (1, "talentwatch rules list")
    world.decide("press", "2025-01-04", "rejected")
    ran(world, "2025-01-04")
    assert aside(world, "2025-01-04")["rejected_snapshots"] == (
        1,
        "talentwatch snapshots accept press 2025-01-04",
    )


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_a_channel_whose_file_is_none_is_named(world, make):
    """A pipe or a folder in its place takes no message."""
    place = world.root / "alerts.jsonl"
    place.unlink(missing_ok=True)
    make(place)
    code, facts, said = status(world)
    assert (code, facts["problem_reasons"]) == (1, {"unwritable": 1})
    assert str(place) in said


def test_a_pipe_in_the_place_of_a_manifest_is_a_damaged_snapshot(world):
    """Nobody waits for whoever might write into it."""
    folder = world.root / "snapshots" / "store" / "press" / "2025-01-01"
    (folder / "manifest.json").unlink()
    os.mkfifo(folder / "manifest.json")
    code, facts, said = status(world)
    assert code == 1
    assert facts["problem_reasons"]["damaged"] == 1
    assert "2025-01-01 is damaged" in said


def test_a_pipe_in_the_place_of_the_derived_tables_is_set_aside(world):
    """Who reads them, for want of a read model, is told; a run makes them again."""
    derived = world.root / "snapshots" / "derived.duckdb"
    (world.root / "snapshots" / "board.db").unlink()
    derived.unlink()
    os.mkfifo(derived)
    config = ["--config", str(world.root / "config.toml")]
    asked = CliRunner().invoke(app, ["status", *config])
    assert "it is no file" in str(asked.exception)
    ran(world, "2025-01-03")
    assert derived.is_file()
    assert derived.with_name("derived.duckdb.damaged-1").is_fifo()


@pytest.mark.slow
def test_before_a_source_begins_a_warning_says_what_it_does_not_state(world):
    """Once there is a snapshot of it, `run` is silent, and `status` goes on saying so."""
    config = ["--config", str(world.root / "config.toml"), "--now", DAY]
    shutil.rmtree(world.root / "snapshots")
    first = CliRunner().invoke(app, ["run", *config])
    words = "warning: source press: a source of people states no 'purpose' or 'licence'"
    assert words in first.stderr
    assert words not in first.stdout
    assert "warning" not in CliRunner().invoke(app, ["run", *config]).stderr


def test_exports_and_reports_that_others_can_read_are_named(world):
    """Beside the configuration, too; a page of somebody else's is nobody's business."""
    texts = {
        "ada.json": '{\n  "exported_at": "2025-01-01"',
        "ada.html": "<title>What is stored about press:ada</title>",
        "report.html": "<title>talentwatch report, 2025-01-01</title>",
        "mine.html": "<title>My own page</title>",
    }
    for name, text in texts.items():
        (world.root / name).write_text(text, encoding="utf-8")
        (world.root / name).chmod(0o644)
    world.root.chmod(0o755)
    (said,) = [one for one in status(world)[1]["problems"] if "can read" in one]
    assert [name in said for name in texts] == [True, True, True, False]
    for name in texts:
        (world.root / name).chmod(0o600)
    assert not [one for one in status(world)[1]["problems"] if "can read" in one]


def test_an_export_that_others_can_read_is_not_named_where_nobody_is(tmp_path):
    """It may be called after the person; what lies in the store is named."""
    world = World(tmp_path)
    export = tmp_path / "zq-77319.json"
    export.write_text('{"exported_at": "2025-01-05"}', encoding="utf-8")
    export.chmod(0o644)
    tmp_path.chmod(0o755)
    full, counts = (
        next(one.text for one in troubles_around(settings) if one.reason == "not_private")
        for settings in (world.settings, structs.replace(world.settings, names="none"))
    )
    assert f"others on this machine can read {export}:" in full
    assert "zq-77319" not in counts
    assert f"can read an export or report in {tmp_path}:" in counts

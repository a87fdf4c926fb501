"""The command line as its users meet it: a process with arguments, two streams and an exit code."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from command_line import run_here
from story import World, crowd, flow, job, profile
from typer.testing import CliRunner, Result

from monitor.base.config_files.toml_files import schema_of
from monitor.base.records import Json
from monitor.cli.entry import app
from monitor.operations.lease import run_lease

WAIT = 60


def process(world: World, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a command as a process, and expect its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *_configured(world, arguments)],
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
    )
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


def refused(world: World, *arguments: str, code: int) -> subprocess.CompletedProcess[str]:
    """Run a command that fails within this process, and expect its exit code."""
    done = run_here(*_configured(world, arguments))
    assert done.returncode == code, (done.stdout, done.stderr)
    return done


def talentwatch(world: World, *arguments: str, code: int = 0) -> Result:
    """Run a command within this process, which is faster, and expect its exit code."""
    done = CliRunner().invoke(app, _configured(world, arguments), catch_exceptions=False)
    assert done.exit_code == code, (done.stdout, done.stderr)
    return done


def _configured(world: World, arguments: tuple[str, ...]) -> list[str]:
    if arguments[:2] == ("rules", "schema"):  # asks for no configuration
        return list(arguments)
    return [*arguments, "--config", str(world.root / "config.toml")]


def lines(done: subprocess.CompletedProcess[str] | Result) -> list[dict[str, Json]]:
    """Read the JSON Lines of a command; nothing else may be there."""
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Return a world on which `run` was called, and what it printed as JSON."""
    world = World(
        tmp_path_factory.mktemp("cli"),
        rules={"talent": flow("meta", "xai", people=2), "leaving": flow("meta", None, people=9)},
    )
    names = ("ada", "bob", "cyn", "dan", "eve", "fay")
    people = {
        name: profile(
            job("Meta", team="FAIR", title="Engineer"), url=f"https://people.example/{name}"
        )
        for name in names
    }
    world.on("2025-01-01", **people)
    for day, name in enumerate(("ada", "bob"), 10):
        people[name] = profile(
            job("Meta Platforms", team="FAIR", title="Engineer", end=f"2025-01-{day}"),
            job("xAI", title="Researcher", start=f"2025-01-{day}"),
            url=f"https://people.example/{name}",
        )
    path = world.on("2025-02-01", **people)
    path.write_text(path.read_text(encoding="utf-8") + '{"name": "nobody"}\n', encoding="utf-8")
    world.rewrite(config="[sources.press.quality]\nrejected = 0.5")
    return world, process(world, "run", "--json", "--now", "2025-02-01")


@pytest.fixture
def copy(ran, tmp_path):
    """Return a copy of that world, for a test to change."""
    shutil.copytree(ran[0].root, tmp_path, dirs_exist_ok=True)
    return replace(ran[0], root=tmp_path)


# -- run -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_run_says_what_it_did_in_one_object_and_nothing_else(ran):
    """The keys are those that other programs rely on."""
    (outcome,) = lines(ran[1])
    assert list(outcome) == [
        "run", "sources", "moves", "histories", "alerts", "not_sent", "deliveries", "errors",
        "notes",
    ]  # fmt: skip
    assert outcome["moves"] == 2
    assert outcome["alerts"] == {"opened": 1, "grew": 0, "closed": 0, "withdrawn": 0, "late": 0}
    assert outcome["deliveries"] == {"sent": 1, "deferred": 0, "dead": 0}
    assert outcome["errors"] == []
    assert [row["verdict"] for row in outcome["sources"]["press"]] == ["baseline", "accepted"]
    assert list(outcome["sources"]["press"][0]) == [
        "source", "observed_on", "profiles", "rejected", "verdict", "reasons", "remarks",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_second_run_says_that_nothing_is_new(copy):
    """No snapshot, no move, no alert, no message."""
    done = talentwatch(copy, "run", "--now", "2025-02-01")
    assert done.stdout == "Nothing is new.\n"


@pytest.mark.slow
def test_a_dry_run_says_what_would_happen_and_leaves_no_trace(copy):
    """Neither the state nor the snapshots nor the channel changes."""
    copy.then("2025-03-01", cyn=[job("xAI", start="2025-02-10")])
    kept = ("alerts.jsonl", "snapshots/checksums.json", "snapshots/derived.duckdb")
    told = [(copy.root / name).read_bytes() for name in kept]
    before = sorted(path.relative_to(copy.root) for path in copy.root.rglob("*"))
    done = talentwatch(copy, "run", "--dry-run", "--json", "--now", "2025-03-01")
    (outcome,) = lines(done)
    assert outcome["alerts"]["grew"] == 1
    assert outcome["deliveries"] == {"sent": 0, "deferred": 0, "dead": 0, "would be sent": 1}
    assert sorted(path.relative_to(copy.root) for path in copy.root.rglob("*")) == before
    assert [(copy.root / name).read_bytes() for name in kept] == told
    (again,) = lines(talentwatch(copy, "run", "--json", "--now", "2025-03-01"))
    assert again["alerts"]["grew"] == 1


@pytest.mark.slow
def test_a_broken_rule_lets_the_run_go_on_and_exit_1(copy):
    """Its file, its key and the nearest valid one are named; `rules check` exits 2."""
    copy.rewrite(
        rules={**copy.rules, "worse": flow("meta", None, people=1).replace("people", "peopel")}
    )
    done = talentwatch(copy, "run", "--json", "--now", "2025-02-02", code=1)
    (outcome,) = lines(done)
    assert any("worse.toml" in error and "peopel" in error for error in outcome["errors"])
    assert "worse.toml" in done.stderr
    checked = process(copy, "rules", "check", code=2)
    assert "worse.toml" in checked.stderr
    assert checked.stdout == ""
    (wrong,) = lines(refused(copy, "rules", "check", "--json", code=2))
    assert wrong["rule"] == "worse"
    assert wrong["kind"] == "error"
    assert wrong["file"].endswith("worse.toml")
    assert (wrong["path"], wrong["nearest"]) == ("flow.peopel", "people")


def test_another_run_that_holds_the_lease_is_exit_75(copy):
    """Nothing is done, and nothing is sent twice (case 48)."""
    with run_lease(copy.settings, at=datetime.now(UTC)):
        done = process(copy, "run", code=75)
    assert "error: " in done.stderr
    assert done.stdout == ""


# -- wrong usage -----------------------------------------------------------------------------------


def test_a_missing_configuration_is_exit_2_and_nothing_is_done(copy):
    """The message says what to do."""
    (copy.root / "config.toml").unlink()
    before = sorted(copy.root.rglob("*"))
    done = refused(copy, "run", code=2)
    assert "there is no" in done.stderr
    assert sorted(copy.root.rglob("*")) == before


def test_a_wrong_configuration_is_exit_2_and_names_the_key(copy):
    """With the nearest valid name."""
    config = copy.root / "config.toml"
    wrong = f'snapshot = "elsewhere"\n{config.read_text(encoding="utf-8")}'
    config.write_text(wrong, encoding="utf-8")
    done = refused(copy, "run", code=2)
    assert "config.toml" in done.stderr
    assert "snapshots" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--fast"),
        ("run", "--now", "2025-02-30"),
        ("import", "web", "nowhere.jsonl"),
        ("backfill", "--since", "2025-01-01", "--rule", "nope"),
        ("snapshots", "accept", "press", "2024-01-01"),
        ("explain", "zzzz"),
    ],
    ids=" ".join,
)
def test_wrong_arguments_are_exit_2(ran, arguments):
    """An unknown option, a day that is none, a source, rule or alert that is not there."""
    done = refused(ran[0], *arguments, code=2)
    assert done.stdout == ""
    assert "rror" in done.stderr


# -- reading ---------------------------------------------------------------------------------------


def test_moves_lists_who_moved_with_stable_keys(ran):
    """One object a line."""
    found = lines(talentwatch(ran[0], "moves", "--json"))
    assert [row["person"] for row in found] == ["ada", "bob"]
    assert list(found[0]) == [
        "move", "person", "name", "source", "from", "to", "left", "joined",
        "observed_on", "status", "reason",
    ]  # fmt: skip
    assert found[0]["from"] == {
        "organization": "meta", "name": "Meta Platforms", "team": "FAIR", "title": "Engineer",
    }  # fmt: skip
    assert found[0]["left"] == {"earliest": "2025-01-10", "latest": "2025-01-10"}
    assert "Bob" in talentwatch(ran[0], "moves").stdout


def test_moves_are_filtered(ran):
    """By either side, by days, by person, and by what was known on a day."""
    for arguments, people in (
        (["--from", "Meta Platforms", "--to", "xai"], ["ada", "bob"]),
        (["--from", "xai"], []),
        (["--since", "2025-01-11"], ["bob"]),
        (["--until", "2025-01-10"], ["ada"]),
        (["--person", "BOB"], ["bob"]),
        (["--as-known-on", "2025-01-31"], []),
    ):
        found = lines(talentwatch(ran[0], "moves", "--json", *arguments))
        assert [row["person"] for row in found] == people, arguments


@pytest.mark.parametrize("which", ["moves", "flows"])
def test_an_organisation_that_nobody_has_is_refused_with_the_nearest_name(ran, which):
    """A slip of the pen is no empty answer; one that has no moves says so."""
    wrong = refused(ran[0], which, "--from", "Mtea Platforms", code=2)
    assert "did you mean 'Meta Platforms'?" in wrong.stderr
    assert talentwatch(ran[0], which, "--from", "xai").stdout == "No moves.\n"


def test_snapshots_says_where_what_was_set_aside_stands_with_its_reason(tmp_path):
    """A count alone cannot be checked."""
    world = World(tmp_path)
    world.file("2025-01-01", '{"id": "p1"}\nno record\n')
    world.run()
    *_, shown = talentwatch(world, "snapshots").stdout.splitlines()
    file = shown.removeprefix("Set aside, each with its line and the reason: ")
    (refused,) = map(json.loads, Path(file).read_text(encoding="utf-8").splitlines())
    assert (refused["line"], refused["reason"][:8]) == (2, "not JSON")


@pytest.mark.parametrize("which", ["moves", "flows"])
def test_a_person_whom_nobody_knows_and_days_the_wrong_way_round_are_no_empty_answer(ran, which):
    """What cannot be meant is refused; "No moves." is said of what was looked at."""
    assert "nobody goes by 'adda'" in refused(ran[0], which, "--person", "adda", code=2).stderr
    turned = refused(ran[0], which, "--since", "2025-02-01", "--until", "2025-01-01", code=2)
    assert "--until 2025-01-01 is before --since 2025-02-01" in turned.stderr


@pytest.mark.slow
def test_the_list_of_moves_has_what_a_decision_on_one_asks_for(tmp_path):
    """The id of each, and the reason of what does not count."""
    world = World(tmp_path)
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta", start="2019")])
    world.then("2025-02-01", ada=[job("Meta", "2019", "2025-01"), job("xAI", "2025-01")])
    world.run()
    (move,) = lines(talentwatch(world, "moves", "--json", "--to", "xai"))
    assert move["move"] in talentwatch(world, "moves", "--to", "xai").stdout
    talentwatch(world, "moves", "decide", move["move"], "false", "--note", "an error")
    world.run("2025-03-01")
    table = " ".join(talentwatch(world, "moves", "--to", "xai").stdout.split())
    assert "retracted: false by" in table
    assert "an error" in table


def test_flows_shows_an_organisation_that_is_not_listed_as_profiles_write_it(tmp_path):
    """Its folded name is for programs."""
    world = World(tmp_path)
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta", start="2019")])
    world.then("2025-02-01", ada=[job("Meta", "2019", "2025-01"), job("Far & Away", "2025-01")])
    world.run()
    assert "Far & Away" in talentwatch(world, "flows", "--from", "meta").stdout
    (row,) = lines(talentwatch(world, "flows", "--from", "meta", "--json"))
    assert row["to"] not in {"Far & Away", None}


def test_flows_counts_who_went_from_where_to_where(ran):
    """As JSON for programs and as a table for people."""
    assert lines(talentwatch(ran[0], "flows", "--json")) == [
        {"from": "meta", "to": "xai", "people": 2, "first": "2025-01-10", "last": "2025-01-11"}
    ]
    table = talentwatch(ran[0], "flows").stdout
    assert "Meta" in table
    assert "xAI" in table


def test_alerts_lists_the_ledger_with_stable_keys(ran):
    """The rule that found nothing has no line."""
    (alert,) = lines(talentwatch(ran[0], "alerts", "--json"))
    assert list(alert) == [
        "alert", "rule", "group", "status", "late", "severity", "opened_on", "closed_on",
        "count", "possible",
        "peak", "threshold", "people", "first_known_on", "late_days", "revision",
        "expected", "probability", "unusual", "nowcast",
    ]  # fmt: skip
    assert (alert["rule"], alert["status"], alert["opened_on"]) == ("talent", "open", "2025-01-11")
    assert lines(talentwatch(ran[0], "alerts", "--json", "--status", "closed")) == []
    assert talentwatch(ran[0], "alerts", "--rule", "leaving").stdout == "No alerts.\n"


def test_explain_prints_each_person_before_and_after(ran):
    """By the beginning of the alert's id."""
    (alert,) = lines(talentwatch(ran[0], "alerts", "--json"))
    told = talentwatch(ran[0], "explain", alert["alert"][:6]).stdout
    for word in (
        "Ada",
        "Bob",
        "Engineer",
        "Researcher",
        "2025-01-10",
        "https://people.example/ada",
    ):
        assert word in told
    (record,) = lines(talentwatch(ran[0], "explain", alert["alert"], "--json"))
    assert record["possible"] is not None
    assert record["left_out"] == []


def test_snapshots_lists_the_verdicts_and_verify_the_checksums(copy):
    """A stored file that was changed is named."""
    rows = lines(talentwatch(copy, "snapshots", "--json"))
    assert [(row["observed_on"], row["profiles"], row["rejected"]) for row in rows] == [
        ("2025-01-01", 6, 0), ("2025-02-01", 6, 1),
    ]  # fmt: skip
    talentwatch(copy, "snapshots", "verify")
    stored = copy.root / "snapshots/store/press/2025-02-01/profiles.parquet"
    stored.write_bytes(stored.read_bytes() + b"!")
    assert "2025-02-01" in talentwatch(copy, "snapshots", "verify", code=1).stdout


@pytest.mark.slow
def test_an_operator_accepts_and_rejects_snapshots(copy):
    """The next run follows the decision."""
    talentwatch(copy, "snapshots", "reject", "press", "2025-02-01", "--note", "a bad day")
    (outcome,) = lines(talentwatch(copy, "run", "--json", "--now", "2025-02-02"))
    assert [row["verdict"] for row in outcome["sources"]["press"]] == ["rejected"]
    assert lines(talentwatch(copy, "moves", "--json")) == []
    talentwatch(copy, "snapshots", "accept", "press", "2025-02-01")
    talentwatch(copy, "run", "--now", "2025-02-02")
    assert len(lines(talentwatch(copy, "moves", "--json"))) == 2


def test_status_says_what_there_is_as_one_object(ran):
    """With exit code 0 while nothing is wrong."""
    assert len(lines(talentwatch(ran[0], "status", "--json", "--now", "2025-02-01"))) == 1


@pytest.mark.slow
def test_tables_that_another_version_derived_are_said_and_made_again(copy):
    """Reading says what to do, whatever their columns were; the run takes them from the start."""
    with duckdb.connect(str(copy.root / "snapshots" / "derived.duckdb")) as tables:
        tables.execute("DROP VIEW move_evidence; ALTER TABLE moves DROP COLUMN profile_move_ids")
        tables.execute("UPDATE facts SET value = '1:earlier' WHERE name = 'grounds'")
    (copy.root / "snapshots" / "board.db").unlink()  # made by that version, it would not be read
    for command in ("moves", "flows", "status"):
        assert "`talentwatch run` makes them again" in refused(copy, command, code=1).stderr
    talentwatch(copy, "run", "--now", "2025-02-02")
    assert len(lines(talentwatch(copy, "moves", "--json"))) == 2


def test_a_run_that_ended_before_it_compared_leaves_nothing_to_trip_over(tmp_path):
    """There are no moves yet, and that is no fault."""
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=2)})
    refused(world, "backfill", "--since", "2025-01-01", "--rule", "nope", code=2)
    for command in ("moves", "flows", "alerts", "snapshots"):
        assert talentwatch(world, command, "--json").stdout == ""
    talentwatch(world, "moves", "--parquet", str(tmp_path / "moves.parquet"))


def test_reading_before_the_first_run_finds_nothing(tmp_path):
    """No command fails for want of a database."""
    world = World(tmp_path)
    for command in ("moves", "flows", "alerts", "snapshots"):
        assert talentwatch(world, command, "--json").stdout == ""


# -- taking in -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_import_takes_a_file_whose_day_is_given(tmp_path):
    """A file without a day in its name, or with another content than before, is refused."""
    world = World(tmp_path)
    january = world.on("2025-01-01", ada=[job("Meta")], bob=[job("Meta")])
    february = world.then("2025-02-01", ada=[job("xAI")]).rename(tmp_path / "two.jsonl")
    dated = ("import", "press", str(february), "--observed-on", "2025-02-01")
    talentwatch(world, "import", "press", str(january))
    assert "--observed-on" in refused(world, "import", "press", str(february), code=1).stderr
    assert [row["observed_on"] for row in lines(talentwatch(world, *dated, "--json"))] == [
        "2025-02-01"
    ]
    changed = february.read_text(encoding="utf-8").replace("xAI", "Anthropic")
    february.write_text(changed, encoding="utf-8")
    assert "--replace" in talentwatch(world, *dated, code=1).stderr
    talentwatch(world, *dated, "--replace")
    assert [line.split(" left")[0] for line in world.moves()] == ["ada: meta -> anthropic"]


def test_import_refuses_a_day_that_is_still_to_come_and_a_folder(tmp_path):
    """A mistyped year would carry the ledger there, and nothing would bring it back."""
    world = World(tmp_path)
    january = world.on("2025-01-01", ada=[job("Meta")])
    ahead = talentwatch(
        world, "import", "press", str(january), "--observed-on", "2999-01-01", code=1
    )
    assert "2999-01-01 is still to come" in ahead.stderr
    assert "expected files" in refused(world, "import", "press", str(tmp_path), code=2).stderr
    assert talentwatch(world, "snapshots", "--json").stdout == ""


@pytest.mark.slow
def test_backfill_records_only_and_says_what_became_known(copy):
    """Over what was run live nothing is new; a new rule's past is recorded and not sent."""
    (outcome,) = lines(talentwatch(copy, "backfill", "--since", "2025-01-01", "--json"))
    assert sum(outcome["alerts"].values()) == 0
    copy.rewrite(rules={**copy.rules, "any": flow("meta", None, people=1)})
    (outcome,) = lines(
        talentwatch(copy, "backfill", "--since", "2025-01-01", "--rule", "any", "--json")
    )
    assert outcome["alerts"]["opened"] == 1
    assert outcome["deliveries"] == {"sent": 0, "deferred": 0, "dead": 0}
    assert {alert["rule"] for alert in copy.alerts()} == {"talent", "any"}


def test_rules_are_listed_with_what_they_ask_for_and_their_open_alerts(copy):
    """A broken one is named too."""
    text = flow("meta", None, people=1)
    copy.rewrite(
        rules={
            **copy.rules,
            "worse": text.replace("people", "peopel"),
            "off": "enabled = false\n" + text,
        }
    )
    found = {line["rule"]: line for line in lines(talentwatch(copy, "rules", "list", "--json"))}
    assert found["talent"]["asks"] == "2 people within 90 days"
    assert found["talent"]["open_alerts"] == 1
    assert [found[one]["status"] for one in ("talent", "off", "worse")] == ["on", "off", "broken"]
    assert "see `talentwatch rules check`" in talentwatch(copy, "rules", "list").stdout


def test_a_schema_is_printed_for_editors(copy):
    """What is printed is the schema that files are checked by."""
    schema = json.loads(talentwatch(copy, "rules", "schema", "rule_test").stdout)
    assert schema == schema_of("rule_test")
    assert "there is no schema 'rules'" in refused(copy, "rules", "schema", "rules", code=2).stderr


def test_one_rule_is_well_and_several_are(copy):
    """The sentence agrees with its number."""
    assert talentwatch(copy, "rules", "check").stdout == "2 rules are well.\n"
    copy.rewrite(rules={"talent": flow("meta", None, people=1)})
    assert talentwatch(copy, "rules", "check").stdout == "1 rule is well.\n"

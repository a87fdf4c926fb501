"""Erasure: whoever is forgotten is in no byte, and what was counted stays counted."""

import copy
import json
import shutil
import stat
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from story import World, crowd, flow, job, profile
from tempo import first_slow
from typer.testing import CliRunner, Result

from monitor.cli.commands.rights import planned_erasure
from monitor.cli.entry import app
from monitor.cli.options import assembly
from monitor.intake.forgetting.stored_rows import number_rows
from monitor.operations.lease import run_lease
from monitor.operations.rights.erasing import start
from monitor.operations.rights.rewriting.written_files import rewrite_definitions
from monitor.operations.run import Wanted, run_once
from monitor.wiring import open_store

pytestmark = pytest.mark.slow  # several runs of a whole watch
NAME, ID, URL = "Zephyrine Quillfeather", "zq-77319", "https://people.example/zephyrine-q"
TITLE = "Quantum Basket Weaving Research Lead"
RULES = {
    "talent": flow("meta", "xai", people=3, within="90d"),
    "research": flow("meta", "xai", people=2, within="90d", who='{ title = ["*research*"] }'),
    "watch": flow(None, None, people=1, within="90d", who=f'{{ person = ["press:{ID}"] }}'),
    "each": flow("meta", "xai", people=1, within="90d", group_by=["person"]),
    "there": '[stock]\nat = "xai"\nformerly = "meta"\npeople = 2\n',
}


def talentwatch(world: World, *arguments: str) -> Result:
    config = ["--config", str(world.root / "config.toml")]
    return CliRunner().invoke(app, [*arguments, *config])


def run(world: World, day: str) -> None:
    moment = datetime.fromisoformat(f"{day}T23:00:00+00:00")
    done = run_once(world.settings, Wanted(assembly=assembly, clock=lambda: moment))
    assert not done.errors, done.errors


def meta(title: str = "Engineer", **more: Any) -> dict[str, Any]:
    return dict(job("Meta", "2019-03", title=title, **more))


def gone(day: str, title: str = "Engineer") -> list[dict[str, Any]]:
    return [
        dict(job("Meta", "2019-03", day, title=title)),
        dict(job("xAI", day, title=f"{title} II")),
    ]


def named(*jobs: Any, **more: Any) -> Any:
    return profile(*jobs, **{"name": NAME, "url": URL, **more})


def play(world: World) -> None:
    """Two months in which three people go, one of them the one to be forgotten."""
    others = {**crowd("Meta", 12), **crowd("xAI", 12)}
    stay = {who: [meta()] for who in ("ada", "bob")}
    world.observe("2025-01-05", {**others, **stay, ID: named(meta(TITLE))})
    moved = {"ada": gone("2025-01-10"), ID: named(*gone("2025-01-12", TITLE))}
    world.observe("2025-01-20", {**others, **stay, **moved})
    moved |= {"bob": gone("2025-01-25", "Research Engineer")}
    world.observe("2025-02-01", {**others, **moved})


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A world with the person in it, run live on each day."""
    world = World(tmp_path_factory.mktemp("played"), rules=RULES)
    play(world)
    for path in sorted(world.root.glob("inbox/*/*.jsonl")):
        path.rename(path.with_suffix(".hidden"))
    for path in sorted(world.root.glob("inbox/*/*.hidden")):
        path.rename(path.with_suffix(".jsonl"))
        run(world, path.stem)
    return world


def as_it_is(world: World, root: Path) -> World:
    """Copy a world without writing its rules anew."""
    shutil.copytree(world.root, root)
    twin = copy.copy(world)
    twin.root, twin.answers = root, {}
    return twin


def counts(world: World) -> list[dict[str, Any]]:
    keys = ("rule", "status", "count", "possible", "peak", "revision", "opened_on", "closed_on")
    return [{key: alert[key] for key in keys} for alert in world.alerts()]


def others(world: World) -> list[dict[str, Any]]:
    return [alert for alert in world.alerts() if alert["rule"] in {"talent", "research"}]


def bytes_of(root: Path, *, but: str = "inbox") -> dict[Path, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path: path.read_bytes() + unpacked(path) for path in files if but not in path.parts}


def unpacked(path: Path) -> bytes:
    """The rows of a file that may keep its texts packed; nothing of other files."""
    if path.suffix == ".parquet":
        return str(pq.read_table(path).to_pylist()).encode()
    if path.suffix != ".duckdb":
        return b""
    with duckdb.connect(path, read_only=True) as opened:
        tables = opened.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        rows = [opened.table(table).fetchall() for (table,) in tables]
    return str(rows).encode()


def found_in(world: World, *words: str) -> list[str]:
    return [
        f"{path.relative_to(world.root)}: {word}"
        for path, data in bytes_of(world.root).items()
        for word in words
        if word.casefold().encode() in data.lower()
    ]


def leave_unfinished(snapshots: Path) -> None:
    """Leave what a killed command does: a file that it wrote, and a copy of the derived tables."""
    gone = subprocess.Popen(["true"])  # noqa: S607 -- any program that ends
    gone.wait()
    (snapshots / f".erasing.json.{gone.pid}").write_text(NAME, encoding="utf-8")
    copies = snapshots / f"talentwatch-{gone.pid}-copy"
    copies.mkdir()
    shutil.copyfile(snapshots / "derived.duckdb", copies / "derived.duckdb")


@pytest.fixture(scope="module")
def erased(played, tmp_path_factory):
    """A copy of it after the person was forgotten."""
    world = as_it_is(played, tmp_path_factory.mktemp("erased") / "world")
    leave_unfinished(world.root / "snapshots")
    result = talentwatch(world, "forget", ID, "--reason", f"{NAME} asked for it", "--json")
    assert result.exit_code == 0, result.output
    world.answers["said"] = [json.loads(result.stdout)]
    return world


def test_who_is_forgotten_is_in_no_byte(played, erased):
    """The id, the name, the page and the title were everywhere, and are nowhere."""
    assert len(found_in(played, NAME, ID, URL, TITLE)) > 20
    assert found_in(erased, NAME, ID, URL, TITLE) == []
    assert erased.answers["said"][0]["left"] == []


def test_what_was_counted_stays_counted(played, erased):
    """Each alert has its status, its counts and its days; the others' are equal in all."""
    assert counts(erased) == counts(played)
    assert [line["reason"] for line in lines(erased)] == [line["reason"] for line in lines(played)]
    assert len(erased.sent()) == len(played.sent())
    people = {person["person"] for alert in others(erased) for person in alert["people"]}
    assert people == {"ada", "bob", "erased-1"}


def test_a_replay_of_the_past_says_the_same(erased, tmp_path):
    """Derived anew and evaluated anew, the ledger has the same bytes, and nobody is told."""
    world = as_it_is(erased, tmp_path / "world")
    before, messages = world.ledger_bytes(), len(world.sent())
    (world.root / "snapshots" / "derived.duckdb").unlink()
    world.backfill("2024-02-01", now="2025-02-02")
    run(world, "2025-02-02")
    assert revisions(world) == revisions(erased)
    assert world.ledger_bytes() == before
    assert len(world.sent()) == messages
    assert talentwatch(world, "snapshots", "verify").exit_code == 0


def test_the_same_people_in_a_new_snapshot_are_not_taken_in(erased, tmp_path):
    """Neither under the id, nor by the page, nor under another id that states the forgotten one."""
    world = as_it_is(erased, tmp_path / "world")
    again = {**world.told["press"], "new-1": named(meta(), url="https://other.example/z")}
    again["new-1"] = {**again["new-1"], "same_as": [ID]}
    again["new-2"] = named(*gone("2025-01-12", TITLE))
    again["new-3"] = named(meta(), url="https://other.example/3", same_as=[URL])
    world.observe("2025-02-03", again)
    broken = json.dumps({"id": ID, "name": NAME, "positions": 7})
    text = Path(world.observe("2025-02-05", again)).read_text(encoding="utf-8")
    world.file("2025-02-05", f"{text}{broken}\n")
    messages = len(world.sent())
    run(world, "2025-02-05")
    assert found_in(world, NAME, ID, URL, TITLE, "new-1", "new-2", "new-3") == []
    assert world.snapshots()[-2:] == ["press 2025-02-03 accepted", "press 2025-02-05 accepted"]
    assert len(world.sent()) == messages


def lines(world: World) -> list[dict[str, Any]]:
    text = (world.root / "alerts.jsonl").read_text(encoding="utf-8")
    return [one for line in text.splitlines() if "reason" in (one := json.loads(line))]


def revisions(world: World) -> list[Any]:
    return sorted(
        world.revisions(), key=lambda revision: (revision.rule, revision.alert, revision.revision)
    )


def test_with_inbox_the_lines_of_the_person_are_taken_out_and_nothing_is_taken_in_anew(
    played, tmp_path
):
    """The files lose the person, the others stay, and a run finds nothing new in them."""
    world = as_it_is(played, tmp_path / "world")
    before = world.ledger_bytes()
    result = talentwatch(world, "forget", f"press:{ID}", "--inbox", "--json")
    assert result.exit_code == 0, result.output
    files = sorted(world.root.glob("inbox/press/*.jsonl"))
    assert [path for path in files if NAME in path.read_text(encoding="utf-8")] == []
    assert [len(path.read_text(encoding="utf-8").splitlines()) for path in files] == [26, 26, 26]
    sent = len(world.sent())
    run(world, "2025-02-02")
    assert (world.ledger_bytes().count(b"\n"), len(world.sent())) == (before.count(b"\n"), sent)
    assert counts(world) == counts(played)


def test_an_export_has_all_that_is_stored_and_only_its_owner_reads_it(played, tmp_path):
    """Observations with their days, moves, alerts and messages, as JSON and as a page."""
    world = as_it_is(played, tmp_path / "world")
    file = tmp_path / "about.json"
    result = talentwatch(world, "export", ID, "--out", str(file), "--reason", f"{NAME} asked")
    assert result.exit_code == 0, result.output
    about = json.loads(file.read_text(encoding="utf-8"))
    seen = about["sources"][0]["observations"]
    assert [one["days"] for one in seen] == [["2025-01-05"], ["2025-01-20", "2025-02-01"]]
    assert seen[0]["said"][0]["positions"][0]["title"] == TITLE
    assert about["sources"][0]["first_collected_on"] == "2025-01-05"
    assert {move["to_root"] for move in about["moves"]} == {"meta", "xai"}
    assert {alert["rule"] for alert in about["alerts"]} == set(RULES)
    assert {message["channel"] for message in about["messages"]} == {"lines"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("about.*")} == {0o600}
    assert NAME in (tmp_path / "about.html").read_text(encoding="utf-8")
    log = talentwatch(world, "decisions", "--kind", "export", "--json").stdout
    assert (json.loads(log)["verdict"], json.loads(log)["why"]) == ("1 profile", "... asked")


def begun_and_cut_off(world: World, *, rows: bool, files: bool) -> None:
    """Begin to forget somebody and stop after some of the steps, as a kill does."""
    settings = world.settings
    with run_lease(settings, at=datetime.now(UTC)) as (state, _):
        _, planned = planned_erasure(settings, state, ID, reason="", inbox=False)
        start(settings, planned)
        store = open_store(settings)
        if rows:
            number_rows(store, planned.erasure.numbering(store.sources()))
        if files:
            rewrite_definitions(settings, planned.erasure)


@pytest.mark.parametrize(("rows", "files"), [(False, False), (True, False), (True, True)])
def test_an_erasure_that_was_cut_off_is_finished_by_the_next_run(played, tmp_path, rows, files):
    """Though no file is new; and what was counted stays counted."""
    world = as_it_is(played, tmp_path / "world")
    begun_and_cut_off(world, rows=rows, files=files)
    assert (world.root / "snapshots" / "erasing.json").stat().st_mode & 0o777 == 0o600
    run(world, "2025-02-01")
    assert found_in(world, NAME, ID, URL, TITLE) == []
    assert counts(world) == counts(played)
    assert len(world.sent()) == len(played.sent())


@pytest.mark.slow
def test_an_erasure_that_was_cut_off_is_finished_by_saying_it_again(played, tmp_path):
    """That is no error: what was asked for is done. The next time there is nothing left to do."""
    world = as_it_is(played, tmp_path / "world")
    begun_and_cut_off(world, rows=True, files=False)
    again = talentwatch(world, "forget", ID)
    assert (again.exit_code, again.exception) == (0, None)
    assert "The erasure that was cut off is finished" in again.output
    assert found_in(world, NAME, ID, URL, TITLE) == []
    assert talentwatch(world, "forget", ID).exit_code != 0


def test_to_forget_somebody_again_or_a_number_is_refused_in_words(erased):
    """Nothing is stored of the id any more, and a number stands for nobody."""
    log = talentwatch(erased, "decisions", "--json").stdout
    for named_again in (ID, f"press:{ID}"):
        again = talentwatch(erased, "forget", named_again)
        assert f"nothing is stored of '{named_again}' any more" in str(again.exception)
    number = talentwatch(erased, "forget", "erased-1")
    assert talentwatch(erased, "decisions", "--json").stdout == log
    assert "was erased already" in str(number.exception)


@pytest.mark.parametrize("place", ["silence", "rule"])
def test_who_was_named_again_since_is_taken_out_again(erased, tmp_path, place):
    """In what an operator decided, or wrote into a rule; the second time nothing is left to do."""
    world = as_it_is(erased, tmp_path / "world")
    if place == "silence":
        mute = ["silence", "add", "--rule", "watch", "--for", "1", "--why", f"as {ID} asked"]
        assert talentwatch(world, *mute).exit_code == 0
    else:
        rule = world.root / "rules" / "watch.toml"
        text = rule.read_text(encoding="utf-8")
        rule.write_text(text.replace("press:erased-1", f"press:{ID}"), encoding="utf-8")
    assert found_in(world, ID)
    assert talentwatch(world, "forget", ID).exit_code == 0
    assert found_in(world, ID) == []
    assert talentwatch(world, "forget", ID).exit_code != 0


def test_an_alert_says_how_many_of_its_people_were_erased_since(erased):
    """In the list and in the explanation; the number of people is the one it was."""
    talent = next(alert for alert in erased.alerts() if alert["rule"] == "talent")
    for said in (
        talentwatch(erased, "explain", talent["alert"]).stdout,
        talentwatch(erased, "alerts").stdout,
    ):
        assert "3 people, one of them erased since." in said


def test_a_snapshot_that_is_healed_keeps_the_numbers(erased, tmp_path):
    """The original is read without the person, and the numbered rows come from beside the store."""
    world = as_it_is(erased, tmp_path / "world")
    store, day = open_store(world.settings), date(2025, 1, 20)
    before = counts(world), others(world), store.manifest("press", day)
    for name in ("profiles.parquet", "positions.parquet"):
        path = store.path("press", day) / name
        path.chmod(0o600)
        path.write_bytes(b"PAR1 damaged")
    assert talentwatch(world, "snapshots", "verify").exit_code == 1
    healed = talentwatch(world, "snapshots", "verify", "--heal")
    assert healed.exit_code == 0, healed.output
    assert talentwatch(world, "snapshots", "verify").exit_code == 0
    (world.root / "snapshots" / "derived.duckdb").unlink()
    run(world, "2025-02-03")
    assert (counts(world), others(world)) == before[:2]
    now = store.manifest("press", day)
    assert now is not None
    assert before[2] is not None
    kept = ("profiles", "positions", "erased", "filled", "origin_sha256")
    assert [getattr(now, name) for name in kept] == [getattr(before[2], name) for name in kept]
    assert found_in(world, NAME, ID, URL, TITLE) == []


def test_nobody_comes_back_by_an_id_that_states_a_forgotten_one_or_one_that_states_that(
    erased, tmp_path
):
    """Not on the day itself, and not later, when the link is no longer stated."""
    world = as_it_is(erased, tmp_path / "world")
    again: dict[str, Any] = dict(world.told["press"])
    again.pop(ID)
    me = {"name": NAME, "positions": [job("xAI", "2025-01-12")]}
    # The one that states the other stands before it.
    chain = {"back-2": {**me, "same_as": ["back-1"]}, "back-1": {**me, "same_as": [ID]}}
    by_address = {
        "back-3": {**me, "url": f"{URL.replace('https', 'http')}/"},
        "back-4": {**me, "url": f"{URL}#jobs"},
        "back-5": {**me, "url": f"{URL}?utm_source=x&utm_medium=y"},
    }
    world.observe("2025-02-08", {**chain, **again, **by_address})
    run(world, "2025-02-08")
    back = [f"back-{number}" for number in range(1, 6)]
    assert found_in(world, NAME, ID, *back) == []
    world.observe("2025-02-09", {**dict.fromkeys(back, me), **again})
    run(world, "2025-02-09")
    assert found_in(world, NAME, ID, *back) == []
    # A headcount is of who is seen: somebody who is collected no more may be there.
    now, before = ({line["rule"]: line for line in counts(one)} for one in (world, erased))
    headcount = now.pop("there")
    assert (headcount["count"], headcount["possible"]) == (2, 3)
    assert before.pop("there")["count"] == 3
    assert now == before


def played_anew(world: World, *days: dict[str, Any]) -> None:
    """Have a small world whose last people are observed in one day or several."""
    others = {**crowd("Meta", 12), **crowd("xAI", 12)}
    for number, people in enumerate(days):
        world.observe(f"2025-01-{10 * number + 5:02}", {**others, **people})
    world.run("2025-02-01")


def replayed(world: World) -> str:
    """Replay a year, and return what the command says."""
    (world.root / "snapshots" / "derived.duckdb").unlink()
    return talentwatch(world, "backfill", "--since", "2024-02-01").output


def test_a_place_by_which_rules_make_groups_stays_in_the_ledger_as_in_the_snapshots(tmp_path):
    """An alert's id holds the place, so both keep it; titles go from both."""
    rules = {"place": flow("meta", "xai", people=2, within="90d", group_by=["to.location"])}
    world = World(tmp_path / "world", rules=rules)
    here = {"location": "Zurich"}
    went = [meta(TITLE, end="2025-01-10"), job("xAI", "2025-01-10", title=TITLE, **here)]
    at_meta = {who: [meta(TITLE)] for who in ("ada", ID)}
    played_anew(world, at_meta, {"ada": went, ID: named(*went)})
    before = world.revisions()
    assert [revision.group for revision in before] == [{"to.location": "Zurich"}]
    assert talentwatch(world, "forget", ID).exit_code == 0
    erased_revisions = world.revisions()
    side = next(one for one in erased_revisions[0].people if one.person == "erased-1").destination
    assert side is not None
    assert (side.location, side.title) == ("Zurich", "erased 1")
    assert "opened" not in replayed(world)
    assert world.revisions() == erased_revisions


@pytest.mark.parametrize("withdrawn", first_slow([False, True]))
def test_a_number_stands_where_a_replay_puts_it_among_the_people_of_an_alert(tmp_path, withdrawn):
    """Whoever came first by the id comes where the number belongs, and no revision is new."""
    world = World(tmp_path / "world", rules={"talent": flow("meta", "xai", people=3)})
    some = ("aaron", "dora", "zoe")
    stay, went = [meta()], gone("2025-01-10")
    days = [dict.fromkeys(some, stay), dict.fromkeys(some, went)]
    played_anew(world, *days, *([dict.fromkeys(some, stay)] if withdrawn else []))
    assert talentwatch(world, "forget", "aaron").exit_code == 0
    first, *more = world.revisions()
    assert [person.person for person in first.people] == ["dora", "erased-1", "zoe"]
    assert first.new_people == ("dora", "erased-1", "zoe")
    assert [revision.gone_people for revision in more] == [first.new_people] * withdrawn
    before = world.revisions()
    assert "opened" not in replayed(world)
    assert world.revisions() == before

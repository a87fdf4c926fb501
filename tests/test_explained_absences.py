"""Of whom a source says why it shows no profile: they are not missing, and have not left."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from formats import previewed
from story import World, flow, job, profile
from typer.testing import CliRunner

from monitor.base.settings import Layout
from monitor.cli.entry import app
from monitor.cli.options import assembly
from monitor.operations.run import Wanted, run_once
from monitor.wiring import open_store

RULES = {"talent": flow("meta", None, people=1)}
HIDDEN, MERGED = "zq-77319", "qz-91377"
DAY, LAST = date(2025, 1, 8), date(2025, 1, 15)


def absent(why: str, **more: Any) -> Any:
    return profile(absent_because=why, **more)


def told(world: World) -> None:
    """Five people: one moved, one has a new title, one vanished, and of two it is said why."""
    people = ("ada", "bob", "cem", HIDDEN, MERGED)
    world.observe("2025-01-01", {who: [job("Meta", title="Engineer")] for who in people})
    world.observe(
        "2025-01-08",
        {
            "ada": [job("xAI")],
            "bob": [job("Meta", title="Director")],
            HIDDEN: absent("hidden"),
            MERGED: absent("merged"),
        },
    )


def verdicts(world: World) -> list[str]:
    return [row.split()[2] for row in world.snapshots()]


def moved(world: World) -> list[str]:
    return [move.partition(" left ")[0] for move in world.moves() if ": ? ->" not in move]


@pytest.mark.slow
def test_of_five_people_the_one_who_moved_has_moved_and_the_snapshot_speaks(tmp_path):
    """One of five without a word is 20 %, which is allowed; the other two are not missing."""
    world = World(tmp_path / "said", rules=RULES)
    told(world)
    outcome = world.run()
    assert verdicts(world) == ["baseline", "accepted"]
    assert moved(world) == ["ada: meta -> xai"]
    store = open_store(world.settings)
    assert store.absences("press", DAY) == {HIDDEN: "hidden", MERGED: "merged"}
    manifest = store.manifest("press", DAY)
    assert manifest is not None
    assert (manifest.profiles, manifest.rejected) == (2, 0)
    assert "absences.jsonl" in manifest.files
    remarks = [text for rows in outcome.snapshots.values() for row in rows for text in row.remarks]
    said = "of 2 people the source shows no profile, and says why (such as"
    assert any(said in text for text in remarks)
    # Without the words, three of five are missing.
    world = World(tmp_path / "silent", rules=RULES)
    told(world)
    path = world.root / "inbox" / "press" / "2025-01-08.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:2]), encoding="utf-8")
    world.run()
    assert verdicts(world) == ["baseline", "suspect"]


@pytest.mark.slow
def test_a_source_may_say_of_everybody_why_they_are_shown_no_longer(tmp_path):
    """A snapshot without anybody speaks where each of those who were known is explained."""
    world = World(tmp_path, rules=RULES)
    world.observe("2025-01-01", {who: [job("Meta")] for who in ("ada", "bob")})
    world.observe("2025-01-08", {who: absent("hidden") for who in ("ada", "bob")})
    world.then("2025-01-15", ada=[job("Meta")], bob=[job("Meta")])
    world.run()
    assert verdicts(world) == ["baseline", "accepted", "accepted"]
    assert moved(world) == []


@pytest.mark.parametrize("blank", ["", " \u3000", None, False, 0])
def test_a_blank_is_no_reason_and_costs_nobody_their_profile(tmp_path, blank):
    """An export may have the key in every line."""
    line = {"id": "ada", "absent_because": blank, "positions": [job("Meta")]}
    path = tmp_path / "2025-01-08.jsonl"
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    manifest = previewed(path, Layout()).manifest
    assert (manifest.profiles, manifest.positions, dict(manifest.noticed)) == (1, 1, {})


@pytest.mark.slow
def test_days_one_by_one_say_what_all_days_at_once_say(tmp_path):
    """Live is as replayed: the words stand in the snapshots."""
    worlds = [World(tmp_path / name, rules=RULES) for name in ("live", "at once")]
    for world in worlds:
        told(world)
        world.then("2025-01-15", cem=[job("Meta")])
    worlds[0].live()
    worlds[1].run()
    assert worlds[0].snapshots() == worlds[1].snapshots()
    assert worlds[0].moves() == worlds[1].moves()


# -- rights ----------------------------------------------------------------------------------------


def run(world: World, day: str) -> None:
    moment = datetime.fromisoformat(f"{day}T23:00:00+00:00")
    done = run_once(world.settings, Wanted(assembly=assembly, clock=lambda: moment))
    assert not done.errors, done.errors


def naming(world: World, word: str, *, but: str = "inbox") -> set[str]:
    """The files below the folder of snapshots, and the state, that have a word."""
    return {
        str(path.relative_to(world.root))
        for path in Path(world.root).rglob("*")
        if path.is_file() and but not in path.parts and word.encode() in path.read_bytes()
    }


def heal(world: World, day: date) -> None:
    """Damage a snapshot and let it be taken in again from its file."""
    path = open_store(world.settings).path("press", day) / "profiles.parquet"
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    arguments = ["snapshots", "verify", "--heal", "--config", str(world.root / "config.toml")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output


@pytest.mark.slow
def test_who_is_forgotten_is_in_no_list_of_absences_and_the_verdicts_stay(tmp_path):
    """The number stands in their place, also in a snapshot that is healed and in a replay."""
    world = World(tmp_path, rules=RULES)
    told(world)
    run(world, "2025-01-08")
    before = (verdicts(world), moved(world))
    assert any("absences.jsonl" in name for name in naming(world, HIDDEN))
    out = str(tmp_path / "about.json")
    config = str(world.root / "config.toml")
    assert (
        CliRunner().invoke(app, ["export", HIDDEN, "--out", out, "--config", config]).exit_code == 0
    )
    (source,) = json.loads(Path(out).read_text(encoding="utf-8"))["sources"]
    assert source["absences"] == [{"day": "2025-01-08", "absent_because": "hidden"}]
    for path in (Path(out), Path(out).with_suffix(".html")):
        path.unlink()
    command = ["forget", f"press:{HIDDEN}", "--config", str(world.root / "config.toml")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert naming(world, HIDDEN) == set()
    store = open_store(world.settings)
    names = store.absences("press", DAY)
    assert names.pop(MERGED) == "merged"
    assert [*names.values()] == ["hidden"]
    assert next(iter(names)).startswith("erased-")
    assert (verdicts(world), moved(world)) == before
    heal(world, DAY)
    assert len(store.absences("press", DAY)) == 2
    assert naming(world, HIDDEN) == set()
    (world.settings.snapshots / "derived.duckdb").unlink()
    run(world, "2025-01-09")
    assert (verdicts(world), moved(world)) == before


@pytest.mark.long
def test_whose_time_is_over_is_in_no_list_of_absences(tmp_path):
    """Retention takes out who was merged into somebody else, too."""
    world = World(tmp_path, rules=RULES)
    world.config = "[sources.press.quality]\nmissing = 0.9"
    world.rewrite()
    config = world.root / "config.toml"
    text = config.read_text(encoding="utf-8")
    kept = text.replace(
        "[sources.press]\n", '[sources.press]\npurpose = "a test"\nretention = "90d"\n'
    )
    config.write_text(kept, encoding="utf-8")
    told(world)
    run(world, "2025-01-08")
    assert naming(world, MERGED)
    world.observe("2025-05-01", {"ada": [job("xAI")], "bob": [job("Meta", title="Director")]})
    run(world, "2025-05-01")
    run(world, "2025-05-02")
    assert naming(world, MERGED) == set()
    assert len(open_store(world.settings).absences("press", DAY)) == 2


@pytest.mark.slow
def test_who_was_never_shown_and_is_named_as_absent_can_be_forgotten(tmp_path):
    """No row has them; the list of absences does."""
    world = World(tmp_path, rules=RULES)
    world.observe("2025-01-01", {"ada": [job("Meta")], HIDDEN: absent("locked")})
    run(world, "2025-01-01")
    assert naming(world, HIDDEN)
    command = ["forget", HIDDEN, "--config", str(world.root / "config.toml"), "--json"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["profiles"] == 1
    assert naming(world, HIDDEN) == set()

"""Retention: nobody is kept longer than the source says, and nobody is counted twice by it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from story import World, crowd, flow
from tempo import first_slow
from test_rights import found_in, gone, meta, named, run, talentwatch

from monitor.base.profile import is_stand_in
from monitor.wiring import open_store

pytestmark = pytest.mark.slow
CONFIG = """
[sources.press]
kind = "files"
path = "inbox/press/*.jsonl"
purpose = "research"
licence = "CC0"
retention = "20d"
"""
RULES = {
    "talent": flow("meta", "xai", people=3, within="90d"),
    "stock": '[stock]\nat = "meta"\nchange = -0.4\nwithin = "30d"\npeople = 2\n',
}
NAME, ID = "Zephyrine Quillfeather", "zq-77319"


def people(**changed: Any) -> dict[str, Any]:
    """Return 27 people of whom three went."""
    left = {"ada": gone("2025-01-10"), "bob": gone("2025-01-12"), "cy": [meta()]}
    me = {ID: named(*gone("2025-01-15"))}
    return {**crowd("Meta", 12), **crowd("xAI", 12), **left, **me, **changed}


def counts(world: World) -> list[dict[str, Any]]:
    """Return what alerts count; that more evidence became known makes a revision and no news."""
    keys = ("rule", "status", "count", "possible", "peak", "opened_on", "closed_on")
    return [{key: alert[key] for key in keys} for alert in world.alerts()]


def observed(world: World, day: str, **changed: Any) -> None:
    world.observe(day, people(**changed))
    run(world, day)


def kept_for_long(root: Path, *, recollect: bool = True) -> World:
    """Return a watch whose people were first seen 27 days before its next run."""
    more = "" if recollect else "recollect = false\n"
    world = World(root, rules=RULES, sources=(), config=f"{CONFIG}{more}")
    stay = {who: [meta()] for who in ("ada", "bob")}
    observed(world, "2025-01-05", **stay, **{ID: named(meta())})
    observed(world, "2025-01-20")
    return world


@pytest.mark.parametrize("again", first_slow([True, False]), ids=["recollect", "once"])
def test_who_is_kept_too_long_is_erased_and_what_was_counted_stays(tmp_path, again):
    """The day after, they are collected anew, or not; nobody is counted twice, nobody is told."""
    world = kept_for_long(tmp_path, recollect=again)
    before, sent = counts(world), len(world.sent())
    observed(world, "2025-02-01")
    assert found_in(world, NAME, ID) == []
    assert counts(world) == before
    observed(world, "2025-02-02")
    assert bool(found_in(world, NAME, ID)) is again
    # Where nobody comes back, nobody is left in this small world.
    assert world.snapshots()[-1] == f"press 2025-02-02 {'accepted' if again else 'suspect'}"
    observed(world, "2025-02-03")
    assert counts(world) == before
    assert len(world.sent()) == sent
    log = talentwatch(world, "decisions", "--kind", "expired", "--json").stdout
    assert [json.loads(line)["verdict"] for line in log.splitlines()] == ["28 profiles"]


@pytest.mark.long
def test_who_was_collected_anew_goes_on_being_counted_once(tmp_path):
    """A move after it is news, and the first day is the day of the new collection."""
    world = kept_for_long(tmp_path)
    observed(world, "2025-02-01")
    observed(world, "2025-02-02")
    observed(world, "2025-02-04", cy=gone("2025-02-03"))
    talent = next(alert for alert in world.alerts("talent"))
    assert (talent["count"], talent["status"]) == (4, "open")
    out = world.root / "cy.json"
    assert talentwatch(world, "export", "cy", "--out", str(out)).exit_code == 0
    about = json.loads(out.read_text(encoding="utf-8"))
    days = {source["source"]: source["first_collected_on"] for source in about["sources"]}
    assert days == {"press": "2025-02-02"}


@pytest.mark.long
def test_a_past_snapshot_that_is_healed_brings_nobody_back_into_the_past(tmp_path):
    """Whoever was collected anew since is in the later snapshots; in the past stands the number."""
    world = kept_for_long(tmp_path)
    observed(world, "2025-02-01")
    observed(world, "2025-02-02")
    before, sent = counts(world), len(world.sent())
    day = date(2025, 1, 20)
    folder = open_store(world.settings).path("press", day)
    for name in ("profiles.parquet", "positions.parquet"):
        (folder / name).chmod(0o600)
        (folder / name).write_bytes(b"PAR1 damaged")
    assert talentwatch(world, "snapshots", "verify", "--heal").exit_code == 0
    ids = pq.read_table(folder / "profiles.parquet")["id"].to_pylist()
    assert len(ids) == 28
    assert all(is_stand_in(profile) for profile in ids)
    observed(world, "2025-02-03")
    assert (counts(world), len(world.sent())) == (before, sent)


@pytest.mark.long
def test_an_id_that_changes_with_the_move_does_not_begin_the_time_anew(tmp_path):
    """All ids of the person go at once and get a new time; a likely double has its own."""
    new, cy, double = "zq-88420-new", "cyd-55102", "quasi-90177"
    both = {"name": "Cyprian Duskwell", "url": "https://people.example/cyprian-d"}
    world = World(tmp_path, rules=RULES, sources=(), config=CONFIG)
    others = {who: shown for who, shown in people().items() if who not in {ID, "cy"}}

    def looked(day: str, **more: Any) -> None:
        world.observe(day, {**others, cy: named(meta(), **both), **more})
        run(world, day)

    moved = {new: named(*gone("2025-01-15")), double: named(meta(), **both)}
    looked("2025-01-05", ada=[meta()], bob=[meta()], **{ID: named(meta())})
    looked("2025-01-20", **moved)
    before, sent = counts(world), len(world.sent())
    assert [alert["count"] for alert in before if alert["rule"] == "talent"] == [3]
    assert found_in(world, ID)
    looked("2025-02-01", **moved)
    assert found_in(world, NAME, ID, new, cy) == []
    assert found_in(world, double)
    looked("2025-02-10", **moved)
    assert found_in(world, double, ID) == []
    assert found_in(world, new)
    assert found_in(world, cy)
    assert (counts(world), len(world.sent())) == (before, sent)

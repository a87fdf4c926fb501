"""A snapshot of a part of the people speaks for those who were looked at, and for no other."""

import pytest
from story import World, flow, job, profile

from monitor.intake.forgetting.side_files import shows, write_without
from monitor.intake.forgetting.words import Words
from monitor.operations.health.set_aside import in_files


def carried(job_, day):
    """Return a profile that nobody looked at since a day."""
    return profile(job_, seen_on=day)


@pytest.mark.slow
def test_a_move_after_a_day_without_a_look_is_of_any_day_since_the_last_look(tmp_path):
    """The snapshot between has the person as last seen, and narrows nothing."""
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=1)})
    world.on("2025-01-01", ada=[job("Meta")], bob=[job("Meta")], cem=[job("Meta")])
    world.then("2025-01-08", ada=carried(job("Meta"), "2025-01-01"))
    world.then("2025-01-15", ada=[job("xAI")], bob=[job("xAI")])
    world.run()
    assert world.moves() == [
        "ada: meta -> xai left 2025-01-02..2025-01-15 joined 2025-01-02..2025-01-15",
        "bob: meta -> xai left 2025-01-09..2025-01-15 joined 2025-01-09..2025-01-15",
    ]


@pytest.mark.slow
def test_who_is_not_looked_at_has_neither_left_nor_vanished(tmp_path):
    """A day on which hardly anybody was reached is no suspect day, and nobody is gone by it."""
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=1)})
    world.on("2025-01-01", **{f"p{number}": [job("Meta")] for number in range(20)})
    rest = {f"p{number}": carried(job("Meta"), "2025-01-01") for number in range(1, 20)}
    world.then("2025-01-08", **rest)
    world.run()
    assert [row.split()[2] for row in world.snapshots()] == ["baseline", "accepted"]
    assert world.moves() == []


@pytest.mark.slow
def test_a_planned_end_is_not_confirmed_by_a_day_without_a_look(tmp_path):
    """It counts when somebody looked again and it still stood there."""
    world = World(tmp_path, rules={"talent": flow("meta", None, people=1)})
    leaves = job("Meta", start="2020", end="2025-01-05")
    world.on("2025-01-01", ada=[leaves], bob=[job("Meta")])
    world.then("2025-01-08", ada=carried(leaves, "2025-01-01"))
    world.run()
    left = [move for move in world.moves() if move.startswith("ada: meta ->")]
    assert left == []
    world.then("2025-01-15", ada=[leaves])
    world.run()
    left = [move for move in world.moves() if move.startswith("ada: meta ->")]
    assert len(left) == 1


@pytest.mark.slow
def test_a_last_look_that_is_no_earlier_day_says_nothing(tmp_path):
    """Whoever writes the day itself, a later one or nonsense was looked at on the day."""
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=1)})
    world.on("2025-01-01", ada=[job("Meta")], bob=[job("Meta")], cem=[job("Meta")])
    world.then(
        "2025-01-08",
        ada=carried(job("Meta"), "2025-01-08"),
        bob=carried(job("Meta"), "2026-01-01"),
        cem=carried(job("Meta"), "no day"),
    )
    world.then("2025-01-15", ada=[job("xAI")], bob=[job("xAI")], cem=[job("xAI")])
    world.run()
    assert {move.partition(" left ")[2].partition(" ")[0] for move in world.moves()} == {
        "2025-01-09..2025-01-15"
    }


def test_who_is_erased_stands_under_a_number_among_the_last_looks(tmp_path):
    """The file beside the rows names nobody who was erased, and the look stays."""

    class Numbered:
        id = "erased-1"

    path, into = tmp_path / "carried.jsonl", tmp_path / "written.jsonl"
    path.write_text('{"id":"ada","seen_on":"2025-01-01"}\n{"id":"bob","seen_on":"2025-01-02"}\n')
    assert shows(path, Words({}), {"ada"})
    write_without(path, into, Words({}), {"ada": Numbered()})
    assert into.read_text() == (
        '{"id":"erased-1","seen_on":"2025-01-01"}\n{"id":"bob","seen_on":"2025-01-02"}\n'
    )


@pytest.mark.slow
def test_run_status_and_alerts_say_how_many_were_looked_at(tmp_path):
    """Whoever stands as last seen was not seen in the latest snapshot."""
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=1)})
    world.on("2025-01-01", **{f"p{number}": [job("Meta")] for number in range(10)})
    rest = {f"p{number}": carried(job("Meta"), "2025-01-01") for number in range(1, 8)}
    world.then("2025-01-08", p0=[job("xAI")], **rest)
    outcome = world.run()
    remarks = [
        remark for rows in outcome.snapshots.values() for row in rows for remark in row.remarks
    ]
    assert any("3 of 10 people were looked at" in remark for remark in remarks)
    coverage = world.revisions()[-1].coverage
    assert coverage is not None
    assert (coverage.tracked, coverage.seen) == (10, 3)
    with world.parts() as parts:
        judged = parts.engine.rows("judged_snapshots")
        (told,) = in_files(world.settings, parts.store, judged)
    assert told.what == "not_looked_at"
    assert "3 of 10 people were looked at on 2025-01-08" in told.text

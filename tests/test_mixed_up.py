"""Lists that were mixed up before they were exported: nobody has moved by them."""

from pathlib import Path
from typing import Any

import pytest
from story import World, flow, job, profile

NAMES = [
    *("Ada Lane", "Bob Marsh", "Cy Novak", "Dee Orr", "Eli Penn", "Fay Quill", "Gus Reed"),
    *("Hal Stone", "Ivy Thorn", "Jo Udall", "Kit Vane", "Lea West", "Max York", "Nan Zell"),
    *("Oz Arden", "Pia Brook", "Quin Cole", "Ray Dale", "Sue Ellis", "Ted Frost"),
]
FIRMS = ["Northwind", "Acme", "Initech", "Globex", "Umbrella"]


def world_of(tmp_path: Path) -> World:
    """A list of twenty people, with the rule that two people who go somewhere are an alert."""
    rule = flow("*", "*", people=2, group_by=["from.organization", "to.organization"])
    return World(tmp_path, rules={"any": rule})


def listed(**changed):
    """The people of the list by id: name, organisation and start; some of it replaced."""
    people = {}
    for number, name in enumerate(NAMES):
        row: dict[str, Any] = {
            "name": name,
            "firm": FIRMS[number * 3 % 5],
            "start": f"20{10 + number % 9}-0{1 + number % 7}",
            "end": None,
        }
        row |= {key: values[number] for key, values in changed.items()}
        where = job(row["firm"], start=row["start"], end=row["end"])
        people[f"p{number}"] = profile(where, name=row["name"])
    return people


def seen(tmp_path: Path, after) -> World:
    """Take the list and, a month later, what became of it."""
    world = world_of(tmp_path)
    world.on("2025-01-01", **listed())
    world.on("2025-02-01", **after)
    world.run()
    return world


def last_verdict(world: World) -> str:
    """Say the verdict on the newest snapshot, and the reasons for it."""
    with world.engine() as engine:
        *_, row = engine.rows("judged_snapshots")
    return f"{row[4]}: {'; '.join(row[5])}"


def held(world: World) -> list[str]:
    """The reasons why moves are held."""
    return [row["reason"] for row in world.move_rows() if row["status"] == "held"]


def column(key: str) -> list[str]:
    """One column of the list."""
    firms = [FIRMS[number * 3 % 5] for number in range(len(NAMES))]
    starts = [f"20{10 + number % 9}-0{1 + number % 7}" for number in range(len(NAMES))]
    return {"firm": firms, "name": NAMES, "start": starts}[key]


@pytest.mark.slow
@pytest.mark.parametrize("key", ["firm", "start"])
def test_a_column_that_was_sorted_without_the_others_is_no_twenty_moves(key, tmp_path):
    """The values are those of before, each beside another person: the snapshot is suspect."""
    world = seen(tmp_path, listed(**{key: sorted(column(key))}))
    verdict = last_verdict(world)
    assert verdict.startswith("suspect")
    assert "sorted without the others" in verdict
    assert "a true reorganisation looks the same: `shuffled = " in verdict
    assert "` in [sources.press.quality] would allow it" in verdict
    assert not [row for row in world.move_rows() if row["observed_on"] == "2025-02-01"]


@pytest.mark.slow
def test_ids_that_were_sorted_without_the_rest_name_other_people(tmp_path):
    """Every id stands beside another name, and says what is wrong with the list."""
    rows = list(listed().values())
    world = seen(tmp_path, {f"p{number}": row for number, row in enumerate(reversed(rows))})
    assert "ids stand beside the name of another person" in last_verdict(world)


def test_years_of_ends_that_are_wrong_are_no_departures(tmp_path):
    """Eight people who were there a month ago cannot have left years before."""
    ends = ["2021-12-31" if number < 8 else None for number in range(len(NAMES))]
    starts = ["2009" for _ in NAMES]
    world = world_of(tmp_path)
    world.on("2025-01-01", **listed(start=starts))
    world.on("2025-02-01", **listed(start=starts, end=ends))
    world.run()
    assert "have an end more than a year before" in last_verdict(world)


@pytest.mark.slow
def test_people_who_left_last_month_are_no_fault_of_the_years(tmp_path):
    """The same with ends since the last look is news."""
    ends = ["2025-01-15" if number < 8 else None for number in range(len(NAMES))]
    assert "accepted" in last_verdict(seen(tmp_path, listed(end=ends)))


@pytest.mark.slow
def test_an_id_that_was_handed_to_another_person_is_held(tmp_path):
    """Name, history and start are new at once: a decision says whether somebody moved."""
    after = listed()
    after["p3"] = profile(job("Hooli", start="2024-11"), name="Zoe Abbot")
    world = seen(tmp_path, after)
    assert held(world) == ["an id that names another person: Zoe Abbot in the place of Dee Orr"]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "moved"), [("Zoe Abbot", False), ("Dee Abbot", True)])
def test_an_id_that_is_used_again_after_years_tells_of_another_person(name, moved, tmp_path):
    """Nobody had it in between, and no day is stated; who has the given name still is the same."""
    world = world_of(tmp_path)
    others = {key: row for key, row in listed().items() if key != "p3"}
    world.on("2015-01-01", **others, p3=profile(job("Acme"), name="Dee Orr"))
    world.on("2018-01-01", **others)
    world.on("2021-01-01", **others, p3=profile(job("Hooli"), name=name))
    world.run()
    (move,) = (row for row in world.move_rows() if row["person"] == "p3")
    assert move["status"] == ("counted" if moved else "held")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "firm", "start"),
    [
        ("Dee Abbot", "Hooli", "2024-11"),
        ("Orr, Dee", "Hooli", "2024-11"),
        ("Zoe Abbot", "Hooli", "2013-04"),
    ],
)
def test_who_marries_or_keeps_something_has_moved(name, firm, start, tmp_path):
    """A given name or a start that stays says that it is the same person."""
    after = listed()
    after["p3"] = profile(job(firm, start=start), name=name)
    world = seen(tmp_path, after)
    assert held(world) == []

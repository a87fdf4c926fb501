"""A unit that is transferred to another organisation is one change, and nobody has left by it."""

import pytest
from story import Job, World, crowd, flow, job
from tempo import first_slow

TITLES = ("Nurse", "Clerk", "Driver", "Counsel")
RULES = {"all": flow("*", "*", people=3, group_by='["from.organization", "to.organization"]')}


def at(organization: str, number: int, team: str | None = None, *, rank: str = "") -> list[Job]:
    """Return the position of one of the unit's people."""
    return [job(organization, title=rank + TITLES[number % len(TITLES)], team=team)]


def transferred(world: World, looks: list[range], team: str | None, *, rank: str = "") -> World:
    """Let parts of a unit of twelve go to a small bureau, one part at each look."""
    people = {f"h{number:03}": at("Ministry", number, "Unit 9") for number in range(100)}
    world.on("2025-01-01", **people, **crowd("Bureau", 20), **crowd("Other", 100))
    for month, look in enumerate(looks, 2):
        gone = {f"h{number:03}": at("Bureau", number, team, rank=rank) for number in look}
        world.then(f"2025-{month:02}-01", **gone)
    return world


@pytest.mark.slow
@pytest.mark.parametrize("looks", first_slow([[range(12)], [range(6), range(6, 12)]]))
@pytest.mark.parametrize("team", first_slow(["Unit 9", "Veterans"]))
def test_a_unit_that_is_transferred_with_its_titles_is_held(tmp_path, looks, team):
    """At one look or at two, under the name that its team had or another."""
    world = transferred(World(tmp_path, rules=RULES), looks, team)
    world.run()
    assert {row["status"] for row in world.move_rows()} == {"held"}
    assert [alert["status"] for alert in world.alerts()] in ([], ["withdrawn"])
    assert len(world.notices()) == 1


@pytest.mark.slow
def test_people_who_are_hired_get_other_titles_and_count(tmp_path):
    """Twelve who rise by it are a raid, however small the bureau was."""
    world = transferred(World(tmp_path, rules=RULES), [range(12)], "Veterans", rank="Senior ")
    world.run()
    assert {row["status"] for row in world.move_rows()} == {"counted"}
    assert [alert["count"] for alert in world.alerts()] == [12]

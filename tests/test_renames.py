"""An organisation gets another name in place: until an operator decides, nothing is told of it."""

from typing import Any

import pytest
from story import Job, World, crowd, flow, job
from tempo import first_slow

AUDIENCE = crowd("Meta", 60)
RULES = {
    "any": flow(
        "*", "*", people=5, within="365d", group_by='["from.organization", "to.organization"]'
    )
}
PEOPLE = [f"a{number:02}" for number in range(30)]
LEAVERS = PEOPLE[:6]


def page(names: dict[str, str], *, dated: bool, left: bool) -> list[Job]:
    """Show who came from Maya and may have left it for Chaos, with other names in their place."""
    day = "2021-02-01"
    start: dict[str, Any] = {"start": "2019-01"} if dated else {}
    maya, chaos = names.get("Maya", "Maya"), names.get("Chaos", "Chaos")
    if not left:
        return [job(maya, **start)]
    return [job(maya, end=day, **start), job(chaos, start=day)]


def _told(root: Any, *, dated: bool = True) -> World:
    """Tell of six who left."""
    world = World(root, rules=RULES, organizations="")
    world.observe(
        "2021-01-15", AUDIENCE | {who: page({}, dated=dated, left=False) for who in PEOPLE}
    )
    look(world, "2021-03-15", {}, dated=dated)
    assert world.sent() != []
    return world


@pytest.fixture(scope="module")
def six(tmp_path_factory) -> World:
    """Play what is told of six who left and say when."""
    return _told(tmp_path_factory.mktemp("six"))


@pytest.fixture
def told(six: World, tmp_path) -> World:
    """Return a world in which an alert of six who left was told."""
    return six.copied(tmp_path / "world")


def look(
    world: World, day: str, names: dict[str, str], *, dated: bool = True, leavers: int = 6
) -> None:
    """Take one more look, at which the organisations have these names, and run."""
    people = {who: page(names, dated=dated, left=who in PEOPLE[:leavers]) for who in PEOPLE}
    world.observe(day, AUDIENCE | people)
    world.run()


BOTH = [{"Maya": "Lakshmi", "Chaos": "Disorder"}]
OTHERS = [
    [{"Maya": "Maya Holdings International"}],
    [{"Chaos": "Disorder"}],
    [{"Maya": "Lakshmi"}, {"Maya": "Saraswati"}],
    [{"Maya": "Lakshmi"}, {}],
]
CASES = first_slow([(steps, dated) for steps in (BOTH, *OTHERS) for dated in (True, False)])


@pytest.mark.slow
@pytest.mark.parametrize(("steps", "dated"), CASES)
def test_nothing_is_told_of_a_name_that_changes_in_place(tmp_path, steps, dated):
    """The alert stands under the name by which it was told."""
    world = _told(tmp_path, dated=dated)
    sent = world.sent()
    for number, names in enumerate(steps):
        look(world, f"2021-0{4 + number}-15", names, dated=dated)
    assert world.sent() == sent
    assert [alert["group"] for alert in world.alerts()] == [
        {"from.organization": "maya", "to.organization": "chaos"}
    ]


@pytest.mark.slow
def test_an_alert_goes_on_and_grows_under_the_name_that_was_told(told):
    """Those who leave later count in it; the operator hears of the name once."""
    world = told
    look(world, "2021-04-15", {"Maya": "Lakshmi"})
    look(world, "2021-05-15", {"Maya": "Lakshmi"}, leavers=8)
    assert world.sent()[1:] == ["grew a00 a01 a02 a03 a04 a05 a06 a07"]
    assert world.notices() == ["hold:press:2021-04-15:maya:lakshmi"]


@pytest.mark.slow
def test_once_two_names_are_one_nothing_is_told(told):
    """The alert has another id and another name; who counts in it is known."""
    world = told
    look(world, "2021-04-15", {"Maya": "Lakshmi"})
    sent = world.sent()
    same = (
        '[organizations.lakshmi]\nname = "Lakshmi"\nrenamed = [{from = "Maya", on = 2021-04-15}]\n'
    )
    world.rewrite(organizations=same)
    world.run()
    world.run()
    assert world.sent() == sent
    assert [alert["group"]["from.organization"] for alert in world.alerts()] == ["lakshmi"]
    look(world, "2021-05-15", {"Maya": "Lakshmi"}, leavers=8)
    assert world.sent()[1:] == ["grew a00 a01 a02 a03 a04 a05 a06 a07"]


@pytest.mark.slow
def test_a_name_that_the_directory_gives_the_told_organisation_tells_nothing(told):
    """The alert goes on under the name that it has now."""
    same = '[organizations.lakshmi]\nname = "Lakshmi"\naliases = ["Maya"]\n'
    told.rewrite(organizations=same)
    told.run()
    assert len(told.sent()) == 1
    assert [alert["group"]["from.organization"] for alert in told.alerts()] == ["lakshmi"]


@pytest.mark.slow
def test_once_two_names_are_two_organisations_the_alert_moves_on(told):
    """What was told of the one is taken back, and the other is told of."""
    world = told
    look(world, "2021-04-15", {"Maya": "Lakshmi"})
    world.rewrite(organizations='[[real]]\nfrom = "Maya"\nto = "Lakshmi"\n')
    world.run()
    assert sorted(world.sent()[1:]) == ["opened a00 a01 a02 a03 a04 a05", "withdrawn"]


@pytest.mark.slow
def test_nothing_is_told_of_a_name_that_changes_after_the_alert_closed(told):
    """The moves keep the name."""
    world = told
    look(world, "2022-03-15", {})
    sent = world.sent()
    look(world, "2022-04-15", {"Maya": "Lakshmi"})
    assert world.sent() == sent

"""An organisation keeps its id at the source while its name changes: nobody has moved by that."""

from typing import Any

import pytest
from story import Job, World, crowd, flow, job

AUDIENCE = crowd("Meta", 60)
BEFORE, AFTER, LATER = "2021-01-01", "2021-04-01", "2021-07-01"
RULES = {"any": flow("*", "*", people=3, within="365d", group_by='["to.organization"]')}
Looks = tuple[list[Job], list[Job]]


def at(name: str, number: object, **more: Any) -> Job:
    """Return a position at an organisation that has an id at the source."""
    return job(name, organization_id=number, **more)


RENAMED: dict[str, Looks] = {
    "undated": ([at("Blue", "77")], [at("Azul", "77")]),
    "with the id written otherwise": ([at("Carmin", "u:X7 ")], [at("Red", "U:x7")]),
    "with the id as a number": ([at("Cyan", "10667")], [at("Teal", "10667.0")]),
    "with the id as another address": (
        [at("Beige", "http://www.example.org/Company/9/")],
        [at("Ecru", "https://example.org/company/9")],
    ),
    "without its start": ([at("Jaune", "78", start="2019")], [at("Yellow", "78")]),
    "with a new start": (
        [at("Vert", "79", start="2019")],
        [at("Green", "79", start="2021-02")],
    ),
    "with both names listed": (
        [at("Noir", "80", start="2019")],
        [at("Noir", "80", start="2019", end="2021-02"), at("Black", "80", start="2021-02")],
    ),
    "with another title, beside a former job": (
        [at("Gris", "81", title="Baker"), at("Isle", "5", end="2015")],
        [at("Grey", "81", title="Cook"), at("Isle", "5", end="2015")],
    ),
}
MOVED: dict[str, Looks] = {
    "to another id": ([at("Ambre", "90")], [at("Amber", "91")]),
    "without an id since": ([at("Rose", "92")], [job("Pink")]),
    "with zeros for an id": ([at("Brun", "0")], [at("Brown", "000")]),
    "with a word for an id": ([at("Or", "N/A")], [at("Gold", "n/a")]),
    "with a number for none": ([at("Lilas", "-1")], [at("Lilac", "-1")]),
    "with the code of a trade": ([at("Ivoire", "62.01")], [at("Ivory", "62.01")]),
    "own-id": ([at("Mauve", "own-id")], [at("Mallow", "OWN-ID")]),
    "back after years": (
        [at("Jade", "93", start="2010", end="2014"), at("Isle", "5", start="2015")],
        [at("Nephrite", "93", start="2021-02"), at("Isle", "5", start="2015", end="2021-02")],
    ),
}
TRADE = {f"baker{number}": [at(f"Bakery {number}", "62.01")] for number in range(9)}
NOWHERE = {f"nowhere{number}": [at(f"Nowhere {number}", "-1")] for number in range(9)}


@pytest.fixture(scope="module")
def everyone(tmp_path_factory) -> World:
    """Play two looks at all of them, each of whom is at organisations of their own."""
    world = World(tmp_path_factory.mktemp("ids"))
    people = RENAMED | MOVED
    for number, day in enumerate((BEFORE, AFTER)):
        looks = {who: looks[number] for who, looks in people.items()}
        world.observe(day, AUDIENCE | TRADE | NOWHERE | looks)
    world.run()
    return world


def moves_of(world: World, who: str) -> list[str]:
    """Return from where to where somebody went, counted or not."""
    lines = world.moves(held=None)
    return [line.split(" left")[0] for line in lines if line.startswith(f"{who}:")]


@pytest.mark.parametrize("who", RENAMED)
def test_a_name_that_changes_beside_one_id_is_no_move(everyone, who):
    """Whatever days the profile states."""
    assert [line for line in moves_of(everyone, who) if "?" not in line] == []


@pytest.mark.parametrize("who", MOVED)
def test_an_id_that_tells_nothing_takes_no_move_away(everyone, who):
    """Who is at another organisation has moved."""
    assert len([line for line in moves_of(everyone, who) if "?" not in line]) >= 1


@pytest.mark.slow
@pytest.mark.parametrize(("people", "held"), [(2, 0), (3, 1)])
def test_from_three_people_on_the_name_is_held_and_alerts_go_on_under_the_former_one(
    tmp_path, people, held
):
    """Whoever leaves since leaves the name that was told; of two, the name is followed."""
    world = World(tmp_path, rules=RULES)
    who = [f"b{number}" for number in range(people)]
    left = [at("Azul", "77", end="2021-06"), job("Chaos", start="2021-06")]
    for day, name, gone in (
        (BEFORE, "Blue", {}),
        (AFTER, "Azul", {}),
        (LATER, "Azul", {"b0": left}),
    ):
        world.observe(day, AUDIENCE | {key: [at(name, "77")] for key in who} | gone)
        world.run()
    former = "blue" if held else "azul"
    assert [line for line in moves_of(world, "b0") if "?" not in line] == [f"b0: {former} -> chaos"]
    with world.engine() as engine:
        assert [row["kind"] for row in engine.records("held_flows")] == ["renamed"] * held


@pytest.mark.slow
def test_two_names_beside_one_id_are_two_once_the_operator_says_so(tmp_path):
    """Who states the day of a step between the two has moved, also where it was shown before."""
    world = World(tmp_path, rules=RULES)
    stays, begins = at("Noir", "80", start="2019"), at("Black", "80", start="2021-02")
    world.observe(BEFORE, AUDIENCE | {"noir": [stays]})
    world.observe(
        AFTER, AUDIENCE | {"noir": [at("Noir", "80", start="2019", end="2021-02"), begins]}
    )
    world.run()
    assert "noir: noir -> black" not in moves_of(world, "noir")
    decided = '[[real]]\nfrom = "Noir"\nto = "Black"\n'
    (world.root / "organizations.toml").write_text(decided, encoding="utf-8")
    world.run("2021-04-02")
    assert "noir: noir -> black" in moves_of(world, "noir")

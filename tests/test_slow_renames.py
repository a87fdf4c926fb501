"""A name that takes the place of another one in a few profiles at each look."""

from datetime import date

import pytest
from story import World, crowd, flow, job
from test_holds import one_flow

from monitor.base.settings import Quality
from monitor.moves.gates.collective import held_flows

RULES = {"left": flow("fathom", "niant", people=5, within="90d")}
TITLES = ("Engineer", "Analyst", "Designer")


def slowly(world: World, *, title: str | None = None) -> World:
    """Play four looks: of 30 people three more have the new name at each, or another title, too."""
    people = {f"f{n:02}": [job("Fathom", title=TITLES[n % 3])] for n in range(30)}
    for look in range(4):
        changed = {
            f"f{n:02}": [job("Niant", title=title or TITLES[n % 3])] for n in range(3 * look)
        }
        world.observe(f"2025-01-{7 * look + 1:02}", crowd("Meta", 60) | people | changed)
    world.run()
    return world


@pytest.mark.slow
def test_people_of_one_organisation_with_their_titles_under_a_new_name_are_held(tmp_path):
    """Six of 30, within two weeks, whom nobody joined: no alert, one notice."""
    world = slowly(World(tmp_path, rules=RULES))
    rows = world.move_rows()
    assert {(row["status"], row["from"]["name"], row["to"]["name"]) for row in rows} == {
        ("held", "Fathom", "Niant")
    }
    assert len(rows) == 9
    assert world.notices() == ["hold:press:2025-01-15:fathom:niant"]
    assert world.alerts() == []


@pytest.mark.slow
def test_people_who_found_another_one_and_have_other_titles_there_are_told(tmp_path):
    """They left."""
    world = slowly(World(tmp_path, rules=RULES), title="Founder")
    assert {row["status"] for row in world.move_rows()} == {"counted"}
    assert len(world.alerts()) == 1


SLOW = {
    "moved": 2,
    "earlier": 3,
    "titled": 2,
    "titled_earlier": 2,
    "titles_with_earlier": 3,
    "arrived": 2,
    "there_before": 3,
    "of_people": 40,
    "existed_since": date(2025, 1, 20),
}


@pytest.mark.parametrize(
    ("change", "held"),
    [
        ({}, True),
        ({"earlier": 2, "there_before": 2}, False),
        ({"titled": 1}, False),
        ({"titles_with_earlier": 2}, False),
        ({"arrived": 3}, True),
        ({"there_before": 4}, True),
        ({"there_before": 4, "arrived": 3}, False),
        ({"there_before": 1}, True),
        ({"existed_since": date(2024, 1, 1)}, False),
        ({"ended_on": date(2025, 1, 5)}, False),
    ],
)
def test_a_name_spreads_slowly_from_five_people_on_of_whom_four_keep_their_titles(change, held):
    """Three titles, next to nobody else there, a new name, and no day stated."""
    found = held_flows(
        [one_flow(**SLOW | change)], Quality(), day=date(2025, 1, 31), began=date(2024, 1, 1)
    )
    assert [flow.kind for flow in found] == (["spread"] if held else [])

"""A move of which one side gets another name afterwards stays one move with both sides."""

from collections.abc import Sequence
from typing import Any

import pytest
from story import Job, World, crowd, job, move_line

AUDIENCE = crowd("Meta", 40)
PEOPLE = [f"b{number}" for number in range(8)]
BLUE, NEW = "Blue Machines", "International Blue Machines"
DAYS = ["2021-01-01", "2021-04-01", "2021-07-01", "2021-10-01"]


def counted(root: Any, looks: Sequence[tuple[str, list[Job]]]) -> list[str]:
    """Return the moves of one person that count, after looks at the person and seven others.

    A look is the one organisation that the others show, and what the person tells.
    """
    world = World(root)
    for day, (name, told) in zip(DAYS, looks, strict=False):
        others = {who: [job(name)] for who in PEOPLE}
        world.observe(day, AUDIENCE | others | {"b0": told})
    world.run()
    rows = [row for row in world.move_rows() if row["status"] == "counted"]
    lines = [(move_line(row), row["observed_on"]) for row in rows]
    return [f"{line.split(' left')[0]}, {day}" for line, day in lines if line.startswith("b0:")]


def stays(*told: tuple[str, str | None, str | None]) -> list[Job]:
    """List positions, each with its start and its end."""
    return [job(name, start=start, end=end) for name, start, end in told]


MOVED = "2020-06-01"
LEFT = stays((NEW, None, MOVED), ("Isle", MOVED, None))
CAME = stays(("Isle", None, MOVED), (NEW, MOVED, None))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("looks", "move"),
    [
        pytest.param(
            [(BLUE, [job(BLUE)]), (NEW, [job(NEW)]), (NEW, LEFT)],
            "b0: bluemachines -> isle, 2021-07-01",
            id="the origin",
        ),
        pytest.param(
            [(BLUE, [job(BLUE)]), (NEW, [job(NEW)]), (NEW, [job(NEW)]), (NEW, LEFT)],
            "b0: bluemachines -> isle, 2021-10-01",
            id="two looks later",
        ),
        pytest.param(
            [(BLUE, [job("Isle")]), (BLUE, [job(BLUE)]), (NEW, [job(NEW)]), (NEW, CAME)],
            "b0: isle -> bluemachines, 2021-04-01",
            id="the destination",
        ),
    ],
)
def test_a_move_told_after_a_rename_has_both_sides(tmp_path, looks, move):
    """A day before the look that showed the new name is one under the former name."""
    assert counted(tmp_path, looks) == [move]


@pytest.mark.slow
def test_who_leaves_after_the_rename_leaves_the_new_name(tmp_path):
    """A day since that look says nothing of the former name."""
    left = stays((NEW, None, "2021-05-01"), ("Isle", "2021-05-01", None))
    looks = [(BLUE, [job(BLUE)]), (NEW, [job(NEW)]), (NEW, left)]
    assert counted(tmp_path, looks) == ["b0: internationalbluemachines -> isle, 2021-07-01"]


@pytest.mark.slow
def test_who_came_before_the_rename_and_left_after_it_has_each_name_of_the_time(tmp_path):
    """The arrival is one at the former name, and the departure one from the new name."""
    left = stays(("Isle", None, MOVED), (NEW, MOVED, "2021-08-01"), ("Chaos", "2021-08-01", None))
    looks = [(BLUE, [job("Isle")]), (BLUE, [job(BLUE)]), (NEW, [job(NEW)]), (NEW, left)]
    assert sorted(counted(tmp_path, looks)) == [
        "b0: internationalbluemachines -> chaos, 2021-10-01",
        "b0: isle -> bluemachines, 2021-04-01",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("respelled", "moves"),
    [
        pytest.param(
            stays((NEW, "2019-01", MOVED), ("Isle", MOVED, None)),
            [
                "b0: ? -> internationalbluemachines, 2021-01-01",
                "b0: internationalbluemachines -> isle, 2021-04-01",
            ],
            id="the origin",
        ),
        pytest.param(
            stays((BLUE, "2019-01", MOVED), ("Isle of Sark", MOVED, None)),
            ["b0: ? -> bluemachines, 2021-01-01", "b0: bluemachines -> isleofsark, 2021-04-01"],
            id="the destination",
        ),
        pytest.param(
            stays((BLUE, "2019-01", MOVED), ("Isle", MOVED, "2021-06"), ("Chaos", "2021-06", None)),
            [
                "b0: ? -> bluemachines, 2021-01-01",
                "b0: bluemachines -> isle, 2021-04-01",
                "b0: isle -> chaos, 2021-07-01",
            ],
            id="another move",
        ),
    ],
)
def test_a_move_keeps_the_day_that_first_showed_it(tmp_path, respelled, moves):
    """Another name for a time that goes on is no new sight of the move; another move is."""
    at_blue = stays((BLUE, "2019-01", None))
    left = stays((BLUE, "2019-01", MOVED), ("Isle", MOVED, None))
    assert sorted(counted(tmp_path, [(BLUE, at_blue), (BLUE, left), (BLUE, respelled)])) == moves

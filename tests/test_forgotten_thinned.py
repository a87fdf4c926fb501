"""Thinned snapshots of which people were erased: damaged and healed, they say what they said."""

import shutil
from datetime import date
from typing import Any

import pyarrow.parquet as pq
import pytest
from story import World, flow, job, profile
from tempo import first_slow
from test_rights import run, talentwatch

from monitor.intake.forgetting.forgotten import Forgotten
from monitor.intake.forgetting.stored_rows import Numbering, StandIn, number_rows
from monitor.intake.forgetting.words import Words
from monitor.wiring import open_store

DAYS = ("2025-01-03", "2025-01-09", "2025-01-14")
NAME = "Zephyrine Quillfeather"
FIRST, SECOND, THIRD = DAYS
IN = {
    "zq-always": DAYS,
    "zq-first-only": (FIRST,),
    "zq-newcomer": (SECOND, THIRD),
    "zq-between": (SECOND,),
    "zq-mover": DAYS,
    "zq-back": (FIRST, THIRD),
}
"""The people to be erased, and the days on which they are listed."""
ON = "On {}"
"""The title of somebody that is another on each day."""


def observe(world: World, day: str) -> None:
    """Write a day: many who only stay, and some who come, go, or change."""
    many = {
        f"p{number}": profile(
            job("Meta", title=f"engineer {number * 7919 % 1009}"),
            url=f"https://example.org/{number * 104729 % 99991}",
        )
        for number in range(600)
    }
    mine = {
        who: profile(
            job("Meta", "2019-03", title=f"Lead of {who}" if who != "zq-mover" else ON.format(day)),
            name=f"{NAME} {who}",
        )
        for who, days in IN.items()
        if day in days
    }
    world.observe(day, {**many, **mine})


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Three days of a month, all of them whole."""
    world = World(
        tmp_path_factory.mktemp("days") / "world",
        rules={"one": flow("meta", "xai", people=1)},
        config="[retention]\nthin_after = false",
    )
    for day in DAYS:
        observe(world, day)
    run(world, "2025-02-01")
    return world


def thin(world: World) -> None:
    """Thin the second day and the third, which rest on the first."""
    store, (first, *later) = open_store(world.settings), map(date.fromisoformat, DAYS)
    assert [store.thin("press", day, first) for day in later] == [True, True]


def rows(world: World) -> list[list[dict[str, Any]]]:
    """All rows of all days, by their line; a healed snapshot has its numbers at the end."""
    store = open_store(world.settings)
    tables = []
    for day in map(date.fromisoformat, DAYS):
        for path in (store.profiles("press", day), store.positions("press", day)):
            listed = pq.read_table(path).to_pylist()
            tables.append(sorted(listed, key=lambda row: (row.get("line") or 0, str(row))))
    return tables


def damaged_and_healed(world: World, *days: str) -> None:
    store = open_store(world.settings)
    for day in map(date.fromisoformat, days):
        folder = store.path("press", day)
        for path in folder.glob("*.parquet"):
            path.chmod(0o600)
            path.write_bytes(b"PAR1 damaged")
    for whole in (world.root / "snapshots" / "store" / "press").glob(".whole-*"):
        shutil.rmtree(whole)
    healed = talentwatch(world, "snapshots", "verify", "--heal")
    assert healed.exit_code == 0, (healed.output, healed.exception)


def forget(world: World, *people: str) -> None:
    """Number some people in the store, and keep them away, as the command does."""
    known = Forgotten.load(world.root / "snapshots").with_people(
        [f"press:{person}" for person in people], (), ()
    )
    known.save(world.root / "snapshots")
    stand_ins = {
        person: StandIn(
            source="press",
            profile=person,
            id=f"erased-{number}",
            texts={"title": dict.fromkeys([f"Lead of {person}", *map(ON.format, DAYS)], "erased")},
        )
        for number, person in enumerate(IN, 1)
        if person in people
    }
    numbering = Numbering(
        people={"press": stand_ins},
        salt=people[0].encode() * 3,
        on=date(2025, 2, 1),
        words=Words(dict.fromkeys([*people, NAME], "")),
    )
    number_rows(open_store(world.settings), numbering)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("whole", "damaged"),
    first_slow([(2, DAYS), (1, (SECOND,)), (3, (FIRST,)), (5, (THIRD, FIRST))]),
)
def test_whoever_was_erased_before_or_after_the_thinning_stays_a_number(
    played, tmp_path, damaged, whole
):
    """Each person of whom the first day knows, or a later one alone; whatever file is damaged."""
    world, people = played.copied(tmp_path / "world"), list(IN)
    forget(world, *people[:whole])
    thin(world)
    forget(world, *people[whole:])
    before = rows(world)
    numbers = {row["id"] for row in before[0] + before[2] if str(row["id"]).startswith("erased")}
    assert len(numbers) == len(IN)
    damaged_and_healed(world, *damaged)
    assert rows(world) == before
    assert not any(person in str(before) for person in IN)


@pytest.mark.slow
@pytest.mark.parametrize("person", ["zq-always", "zq-newcomer", "zq-back"])
def test_somebody_alone_who_was_erased_from_thinned_snapshots_stays_a_number(
    played, tmp_path, person
):
    """Also one whom the first day of the month does not have, so that nothing was erased there."""
    world = played.copied(tmp_path / "world")
    thin(world)
    forget(world, person)
    before = rows(world)
    damaged_and_healed(world, SECOND, THIRD)
    assert rows(world) == before
